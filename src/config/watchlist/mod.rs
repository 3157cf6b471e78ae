//! The watchlist: feeds, entities, watches, from one file or several.
//!
//! The files are read value by value, each with its place, so that all errors of
//! all watches are reported at once: unknown keys with the nearest known one, wrong
//! types, terms that cannot be parsed.

mod alert;
mod doubt;
mod draft;
mod entry;
mod feed;
mod lint;
mod sources;
mod literal;
mod file;
mod reader;
mod schema;

pub use alert::{AlertMode, AlertSpec, Budget, Severity};
pub(crate) use draft::{load_draft, source_of};
pub use entry::{WatchSpec, WatchTest};
pub use feed::{FeedSpec, FullText};
pub use lint::lint;
pub use schema::schema;

use super::diagnostic::Diagnostic;
use crate::matcher::{Conditions, EntitySpec, Matcher, Problem};
use reader::Reader;
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most bytes of all files together; a hundred thousand watches take 14 MB.
pub const MAX_BYTES: usize = 16 << 20;
/// Most errors reported at once.
const MAX_REPORTED: usize = 50;

/// One file of the watchlist.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its path, as it was given.
    pub name: String,
    /// Its content.
    pub text: String,
}

/// A checked watchlist, ready to match.
#[derive(Clone, Debug)]
pub struct Watchlist {
    /// The feeds in the order of the files.
    pub feeds: Vec<FeedSpec>,
    /// The watches in the order of the files; the matcher has the same order.
    pub watches: Vec<WatchSpec>,
    /// The compiled conditions.
    pub matcher: Matcher,
    /// The conditions as they are written, in the order of the watches.
    pub conditions: Vec<Conditions>,
    /// The entities as they are written.
    pub entities: Vec<EntitySpec>,
    /// The files it came from, for messages about it.
    pub files: Arc<[SourceFile]>,
}

/// Reads, checks and compiles the files `paths`. Watches that did not change since
/// `previous` are taken over from it.
///
/// # Errors
/// Everything that is wrong in the files, sorted by file and line.
pub fn load(paths: &[PathBuf], previous: Option<&Watchlist>) -> Result<Watchlist, Vec<Diagnostic>> {
    let mut files = Vec::with_capacity(paths.len());
    let mut diagnostics = Vec::new();
    let mut n_bytes = 0;
    for path in paths {
        match read_file(path, &mut n_bytes) {
            Ok(file) => files.push(file),
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    if let Some(problem) = emptied(&files, previous) {
        return Err(vec![problem]);
    }
    load_files(files, previous)
}

/// The error that all files are blank although the watchlist in force is not: probably an
/// editor or a full disk truncated them. A person who wants no feeds and watches can
/// write a comment into the file.
fn emptied(files: &[SourceFile], previous: Option<&Watchlist>) -> Option<Diagnostic> {
    let had_content =
        previous.is_some_and(|list| !list.feeds.is_empty() || !list.watches.is_empty());
    let is_blank = files.iter().all(|file| file.text.trim().is_empty());
    (had_content && is_blank).then(|| {
        let name = files.first().map_or("watchlist.toml", |file| &file.name);
        Diagnostic::whole(name, "the watchlist is empty, but the old one is not")
            .with_help("if it should be empty, write a comment into it, such as # no feeds")
    })
}

/// [`load`] for one file in memory.
///
/// # Errors
/// As [`load`].
pub fn load_str(name: &str, text: &str) -> Result<Watchlist, Vec<Diagnostic>> {
    if text.len() > MAX_BYTES {
        return Err(vec![too_large(name, text.len())]);
    }
    load_files(
        vec![SourceFile {
            name: name.to_owned(),
            text: text.to_owned(),
        }],
        None,
    )
}

fn read_file(path: &Path, n_bytes: &mut usize) -> Result<SourceFile, Box<Diagnostic>> {
    use std::io::Read as _;
    let name = path.display().to_string();
    let whole =
        |err: std::io::Error| Box::new(Diagnostic::whole(&name, format!("cannot read it: {err}")));
    // A pipe is not opened: nobody may ever write to it.
    if std::fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        return Err(Box::new(
            Diagnostic::whole(&name, "it is not a regular file")
                .with_help("write the watchlist into a file"),
        ));
    }
    let file = std::fs::File::open(path).map_err(whole)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(whole)?;
    *n_bytes += bytes.len();
    if *n_bytes > MAX_BYTES {
        return Err(Box::new(too_large(&name, *n_bytes)));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile { name, text }),
        Err(err) => {
            let at = err.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(err.as_bytes());
            let found = Diagnostic::at(
                &name,
                &text,
                at..at + 1,
                "the file is not UTF-8 from here on",
            );
            Err(Box::new(found.with_help("save it with the encoding UTF-8")))
        }
    }
}

fn too_large(name: &str, n_bytes: usize) -> Diagnostic {
    let mut found = Diagnostic::whole(
        name,
        format!(
            "the watchlist has more than {} MiB ({n_bytes} bytes read)",
            MAX_BYTES >> 20
        ),
    );
    (found.line, found.column) = (1, 1);
    found.with_help("move names into entities, or split the list over several machines")
}

fn load_files(
    files: Vec<SourceFile>,
    previous: Option<&Watchlist>,
) -> Result<Watchlist, Vec<Diagnostic>> {
    let mut reader = Reader::new(&files);
    let parts = reader.read();
    let mut diagnostics = reader.into_diagnostics();
    // The terms are parsed even if a key is wrong, so that a person sees all
    // errors at once; a file that is not TOML gives no terms.
    let compiled = Matcher::compile(
        &parts.conditions,
        &parts.entities,
        previous.map(|list| &list.matcher),
    );
    let matcher = match compiled {
        Ok(matcher) => Some(matcher),
        Err(problems) => {
            diagnostics.extend(
                problems
                    .iter()
                    .take(MAX_REPORTED)
                    .map(|problem| explain(&files, problem)),
            );
            None
        }
    };
    match matcher {
        Some(matcher) if diagnostics.is_empty() => Ok(Watchlist {
            feeds: parts.feeds,
            watches: parts.watches,
            matcher,
            conditions: parts.conditions,
            entities: parts.entities,
            files: files.into(),
        }),
        _ => Err(in_order(&files, diagnostics)),
    }
}

/// Sorted by file and line, one for each place, [`MAX_REPORTED`] at most.
fn in_order(files: &[SourceFile], mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let order: FxHashMap<&str, usize> = files
        .iter()
        .enumerate()
        .map(|(at, file)| (file.name.as_str(), at))
        .collect();
    diagnostics.sort_by_key(|found| {
        (
            order.get(found.file.as_str()).copied(),
            found.line,
            found.column,
        )
    });
    diagnostics.dedup_by(|a, b| (a.line, a.column, &a.file) == (b.line, b.column, &b.file));
    diagnostics.truncate(MAX_REPORTED);
    diagnostics
}

/// A problem of the matcher as an error at its place in the file.
fn explain(files: &[SourceFile], problem: &Problem) -> Diagnostic {
    let (file, at) = reader::file_and_byte(problem.at);
    let Some(file) = files.get(file) else {
        return Diagnostic::whole("watchlist", problem.message.clone());
    };
    let span = literal::raw_span(&file.text, at, &problem.span);
    let found = Diagnostic::at(&file.name, &file.text, span, problem.message.clone());
    found.with_help(problem.help.clone().unwrap_or_default())
}

impl Watchlist {
    /// An error about a place in its files ([`crate::matcher::Written::at`]).
    #[must_use]
    pub fn diagnostic(&self, problem: &Problem) -> Diagnostic {
        explain(&self.files, problem)
    }
}

#[cfg(test)]
mod tests;
