//! Problems for people: the sentence, the file with line and column, the lines themselves with the spots marked, and the
//! next step.

use std::fmt;
use std::sync::Arc;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, Severity, SourceCode, SourceSpan,
};

use super::{Invalid, Problem, SourceId, Sources, Span};

/// All problems, one below the other; with colours or without.
pub fn render(invalid: &Invalid, colours: bool) -> String {
    let theme = if colours { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(100).with_context_lines(1).with_links(false);
    let mut text = String::new();
    for problem in &invalid.problems {
        for report in reports(problem, &invalid.sources) {
            // Only a broken writer can fail, and a string is none.
            let _ = handler.render_report(&mut text, &report);
            text.push('\n');
        }
    }
    text
}

/// A problem as the diagnostics crate wants it.
#[derive(Debug)]
struct Report {
    message: String,
    help: Option<String>,
    source: Option<NamedSource<Arc<str>>>,
    labels: Vec<LabeledSpan>,
    severity: Severity,
}

/// The report of a problem, and one for each of its places in other files, because a report shows one file.
fn reports(problem: &Problem, sources: &Sources) -> Vec<Report> {
    let main = problem.span.map(|span| span.source);
    let mut labels = Vec::new();
    if let Some(span) = problem.span {
        labels.extend(label(span, problem.label.clone(), sources, true));
    }
    let mut elsewhere = Vec::new();
    for (span, what) in &problem.also {
        if Some(span.source) == main {
            labels.extend(label(*span, Some(what.clone()), sources, false));
            continue;
        }
        elsewhere.push(Report {
            message: what.clone(),
            help: None,
            source: named(span.source, sources),
            labels: label(*span, None, sources, true).into_iter().collect(),
            severity: Severity::Advice,
        });
    }
    let report = Report {
        message: problem.message.clone(),
        help: problem.help.clone(),
        source: main.and_then(|id| named(id, sources)),
        labels,
        severity: Severity::Error,
    };
    std::iter::once(report).chain(elsewhere).collect()
}

fn named(id: SourceId, sources: &Sources) -> Option<NamedSource<Arc<str>>> {
    let source = sources.get(id)?;
    Some(NamedSource::new(source.path.display().to_string(), Arc::clone(&source.text)))
}

fn label(span: Span, text: Option<String>, sources: &Sources, primary: bool) -> Option<LabeledSpan> {
    let (start, length) = bytes(span, &sources.get(span.source)?.text);
    let span = SourceSpan::new(start.into(), length);
    Some(if primary { LabeledSpan::new_primary_with_span(text, span) } else { LabeledSpan::new_with_span(text, span) })
}

/// Line, column and length in characters as offset and length in bytes.
fn bytes(span: Span, text: &str) -> (usize, usize) {
    let number = span.line.saturating_sub(1) as usize;
    let start: usize = text.split_inclusive('\n').take(number).map(str::len).sum();
    let line = text[start..].lines().next().unwrap_or_default();
    let offset = |characters: usize| line.char_indices().nth(characters).map_or(line.len(), |(at, _)| at);
    // A mark at the beginning of a file is not a character of its first line.
    let first = span.column.saturating_sub(1) as usize + usize::from(span.line == 1 && text.starts_with('\u{feff}'));
    let (begin, end) = (offset(first), offset(first + span.length.max(1) as usize));
    (start + begin, end - begin)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl Diagnostic for Report {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty())
            .then(|| Box::new(self.labels.iter().cloned()) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}
