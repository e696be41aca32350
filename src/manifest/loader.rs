//! What a run of loading carries along: the files that were read, what was wrong, and the documents on their way.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::extends::BaseServices;
use super::form::Form;
use super::node::{Mapping, Node, Value};
use super::parse::{self, Document};
use super::request::{Files, Request};
use super::schema::{self, Checked};
use super::variables::Variables;
use super::{
    defaults, extends, files, include, interpolate, legacy, merge, normalize, pairs, reset, short, unique, validate,
};
use crate::diagnostic::{Problem, Source, SourceId, Sources, Span};
use crate::secret::Secret;

/// What all files of a manifest may hold together.
const MOST_BYTES: usize = 64 << 20;
/// How many files a manifest may take in, each counted as often as it is taken in.
const MOST_FILES: usize = 4096;

/// One run of loading.
pub(super) struct Loader<'l> {
    pub request: &'l Request,
    pub files: &'l dyn Files,
    pub sources: Sources,
    pub problems: Vec<Problem>,
    pub warnings: Vec<String>,
    /// Section and name of the entries in which something was wrong already.
    pub broken: HashSet<(String, String)>,
    /// Services of the 2014 format.
    pub legacy: Vec<String>,
    /// What variables hold that are the content of configs and secrets.
    pub contents: BTreeMap<(&'static str, String, String), Secret<String>>,
    dates: HashSet<Span>,
    texts: HashMap<PathBuf, (SourceId, Arc<str>)>,
    bytes: usize,
    taken: usize,
}

/// From where the files of one manifest, the main one or an included one, are seen.
pub(super) struct Scope {
    /// Absolute: paths of `include` and `extends` start here.
    pub directory: PathBuf,
    /// What the paths in the tree are joined with, absolute or relative to the scope that includes this one.
    pub base: PathBuf,
    /// The files that led here, for cycles.
    pub chain: Vec<(PathBuf, Option<Span>)>,
    pub variables: Variables,
    /// Files that services extend, as far as they have been read.
    pub bases: HashMap<PathBuf, Rc<BaseServices>>,
}

impl<'l> Loader<'l> {
    pub fn new(request: &'l Request, files: &'l dyn Files) -> Self {
        Self {
            request,
            files,
            sources: Sources::default(),
            problems: Vec::new(),
            warnings: Vec::new(),
            broken: HashSet::new(),
            legacy: Vec::new(),
            contents: BTreeMap::new(),
            dates: HashSet::new(),
            texts: HashMap::new(),
            bytes: 0,
            taken: 0,
        }
    }

    pub fn home(&self) -> Option<&'l str> {
        self.request.environment.get("HOME").map(String::as_str)
    }

    pub fn form(&self) -> Form {
        if self.request.skip.interpolation { Form::Open } else { Form::Filled }
    }

    pub fn report(&mut self, problem: Problem) {
        // Included and overridden files are checked more than once.
        let same = |other: &Problem| other.span == problem.span && other.message == problem.message;
        if !self.problems.iter().any(same) {
            self.problems.push(problem);
        }
    }

    pub fn note(&mut self, checked: Checked) {
        self.broken.extend(checked.broken);
        for problem in checked.problems {
            self.report(problem);
        }
    }

    /// A path as a person would type it: from where the command was called, if it is below.
    pub fn shown(&self, path: &Path) -> PathBuf {
        let relative = path.strip_prefix(&self.request.working_directory).ok();
        relative.filter(|path| !path.as_os_str().is_empty()).unwrap_or(path).to_path_buf()
    }

    /// The text of a file. `place` is where it is asked for.
    pub fn read(&mut self, path: &Path, place: Option<Span>) -> Option<(SourceId, Arc<str>)> {
        if let Some((id, text)) = self.texts.get(path) {
            return Some((*id, Arc::clone(text)));
        }
        let text = if path == Path::new("-") {
            Ok(self.request.standard_input.clone().unwrap_or_else(|| "".into()))
        } else {
            self.read_text(path)
        };
        match text {
            Ok(text) => {
                let id = self.sources.add(Source { path: self.shown(path), text: Arc::clone(&text) });
                self.texts.insert(path.to_path_buf(), (id, Arc::clone(&text)));
                Some((id, text))
            }
            Err(message) => {
                let problem = Problem { span: place, ..Problem::new(message) };
                self.report(problem.help("check the path and the permissions of the file"));
                None
            }
        }
    }

    fn read_text(&mut self, path: &Path) -> Result<Arc<str>, String> {
        let shown = self.shown(path);
        let bytes = self.files.read(path).map_err(|error| format!("`{}` cannot be read: {error}", shown.display()))?;
        self.bytes += bytes.len();
        if self.bytes > MOST_BYTES {
            return Err(format!("with `{}` the manifest is larger than 64 MB", shown.display()));
        }
        let text = String::from_utf8(bytes).map_err(|_| format!("`{}` is not UTF-8 text", shown.display()))?;
        Ok(text.into())
    }

    /// Counts a file that is taken in; says no when there are too many.
    pub fn take(&mut self, place: Option<Span>) -> bool {
        self.taken += 1;
        if self.taken > MOST_FILES {
            let problem = Problem::new("the manifest takes in more than 4096 files");
            self.report(Problem { span: place, ..problem }.help("include each file once"));
            return false;
        }
        true
    }

    /// Reads the files of one manifest and lays each over the ones before. `None` if there is nothing to go on with.
    pub fn manifest(&mut self, paths: &[PathBuf], scope: &mut Scope, place: Option<Span>) -> Option<Node> {
        let mut tree: Option<Node> = None;
        for path in paths {
            if !self.take(place) {
                return None;
            }
            if let Some(documents) = self.documents(path, place) {
                for document in documents {
                    tree = self.document(tree, document, path, scope);
                }
            }
        }
        if tree.is_none() && self.problems.is_empty() {
            let shown = paths.first().map(|path| self.shown(path).display().to_string()).unwrap_or_default();
            let problem = Problem::new(format!("`{shown}` is empty"));
            self.report(Problem { span: place, ..problem }.help("a manifest begins with `services:`"));
        }
        let mut tree = tree?;
        defaults::add(&mut tree);
        for problem in validate::entries(&tree) {
            self.report(problem);
        }
        // What an included file means by a path is not told by the file that includes it.
        let is_included = !scope.chain.is_empty();
        if !self.request.skip.paths || is_included {
            files::resolve(&mut tree, &scope.base, self.home());
        }
        normalize::environments(&mut tree, &scope.variables);
        self.look_contents_up(&tree, &scope.variables);
        Some(tree)
    }

    /// Looks up the variables that configs and secrets are made of. Files that are included come first, so that theirs
    /// are what they see themselves.
    fn look_contents_up(&mut self, tree: &Node, variables: &Variables) {
        for section in ["configs", "secrets"] {
            for (key, entry) in tree.get(section).and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter) {
                let Some(variable) = entry.get("environment").and_then(Node::as_str) else { continue };
                let Some(value) = variables.get(variable) else { continue };
                let slot = self.contents.entry((section, key.name.to_string(), variable.to_owned()));
                slot.or_insert_with(|| Secret::new(value.to_owned()));
            }
        }
    }

    /// The documents of a file; a file of comments has none.
    pub fn documents(&mut self, path: &Path, place: Option<Span>) -> Option<Vec<Document>> {
        let (source, text) = self.read(path, place)?;
        let before = self.problems.len();
        let documents = parse::parse(&text, source, &mut self.problems);
        for document in &documents {
            self.dates.extend(&document.dates);
        }
        let is_broken = self.problems.len() > before;
        (!is_broken || !documents.is_empty()).then_some(documents)
    }

    /// Lays a document over what was read before it.
    pub fn document(&mut self, tree: Option<Node>, document: Document, path: &Path, scope: &mut Scope) -> Option<Node> {
        let Document { mut root, resets, .. } = document;
        if root.as_mapping().is_none() {
            let what = if root.is_null() { "the document is empty" } else { "a manifest must be a mapping" };
            let problem = Problem::at(root.span, what).help("a manifest begins with `services:`");
            self.report(problem);
            return tree;
        }
        self.legacy.extend(legacy::translate(&mut root, &mut self.warnings));
        match self.form() {
            Form::Open => interpolate::note(&root, &mut scope.variables),
            Form::Filled => interpolate::interpolate(&mut root, &mut scope.variables, &mut self.problems),
        }
        extends::apply(self, &mut root, path, scope, &resets);
        let mut tree = tree.unwrap_or_else(|| Node::new(root.span, Value::Mapping(Mapping::default())));
        for reset in &resets {
            reset::remove(&mut tree, reset);
        }
        include::apply(self, &mut root, path, scope);
        tree = merge::merge(tree, root, self.form(), &mut self.problems);
        Some(self.checked(tree))
    }

    /// Checks a tree and writes out its short forms.
    pub fn checked(&mut self, mut tree: Node) -> Node {
        unique::enforce(&mut tree);
        let checked = schema::check(&mut tree, &self.dates, self.form());
        self.written_out(tree, checked)
    }

    /// Writes out the short forms of a tree.
    pub fn written_out(&mut self, mut tree: Node, mut checked: Checked) -> Node {
        if let Some(mapping) = tree.as_mapping_mut() {
            mapping.remove("version");
        }
        let form = self.form();
        short::write_out(&mut tree, &mut checked, &mut self.warnings, form);
        self.note(checked);
        omit_empty_servers(&mut tree);
        unique::enforce(&mut tree);
        tree
    }
}

/// An empty text in `dns` says nothing.
fn omit_empty_servers(tree: &mut Node) {
    let services = tree.as_mapping_mut().and_then(|tree| tree.get_mut("services")?.as_mapping_mut());
    for (_, service) in services.into_iter().flat_map(Mapping::iter_mut) {
        let servers = service.as_mapping_mut().and_then(|service| service.get_mut("dns")?.as_sequence_mut());
        if let Some(servers) = servers {
            servers.retain(|server| !pairs::text(&server.value).is_empty());
        }
    }
}
