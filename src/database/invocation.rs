//! A call of a client program, described as data: the same description is run in the server's container from outside,
//! or as a process of this machine from inside a container.

/// One call. Passwords are no part of it: the place that runs it adds them to the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// Names of the program; the first one that is installed is run.
    pub programs: &'static [&'static str],
    /// What messages call it, where that is not the program.
    pub called: Option<&'static str>,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Variables beside those of the place.
    pub environment: Vec<(&'static str, String)>,
    /// How much flows through it.
    pub traffic: Traffic,
}

/// How much flows through a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Traffic {
    /// A few statements and their answers.
    Statements,
    /// A whole database flows out.
    BulkOutput,
    /// A whole database flows in.
    BulkInput,
}

impl Invocation {
    /// A call for a few statements.
    pub fn new(programs: &'static [&'static str]) -> Self {
        Self { programs, called: None, arguments: Vec::new(), environment: Vec::new(), traffic: Traffic::Statements }
    }

    /// A call of a script that does the work of a program.
    pub fn script(text: &str, called: &'static str) -> Self {
        Self { called: Some(called), ..Self::new(&["sh"]) }.arguments(&["-c", text, called])
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    /// Adds a variable.
    #[must_use]
    pub fn variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// Says how much flows through it.
    #[must_use]
    pub fn traffic(mut self, traffic: Traffic) -> Self {
        self.traffic = traffic;
        self
    }

    /// What the program is called in messages.
    pub fn program(&self) -> &'static str {
        self.called.or_else(|| self.programs.first().copied()).unwrap_or_default()
    }
}
