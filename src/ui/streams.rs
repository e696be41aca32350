//! The standard streams as files, for whole databases: without the locks and buffers of the library.

use std::fs::File;
use std::io::{self, stdin, stdout};
use std::os::fd::AsFd;

use super::Ui;

impl Ui {
    /// Standard output.
    ///
    /// # Errors
    /// If it is closed.
    pub fn output_file(&self) -> io::Result<File> {
        Ok(File::from(stdout().as_fd().try_clone_to_owned()?))
    }

    /// Standard input.
    ///
    /// # Errors
    /// If it is closed.
    pub fn input_file(&self) -> io::Result<File> {
        Ok(File::from(stdin().as_fd().try_clone_to_owned()?))
    }
}
