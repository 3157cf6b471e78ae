//! `newsvane check`: validates both files, runs the tests of the watches, and warns
//! about what is probably not meant.

mod archive;

use crate::command::input::files::Files;
use crate::command::output::logging;
use crate::command::output::show::count;
use crate::config::cross_check::{disagreements, receiver_warnings};
use crate::config::services::services;
use crate::config::settings::Settings;
use crate::config::{
    self,
    diagnostic::{Diagnostic, Severity},
    watchlist::{self, WatchTest, Watchlist},
};
use crate::matcher::{Doc, Scratch};
use crate::model::Span;
use serde_json::json;
use std::io::Write as _;
use std::process::ExitCode;

/// Arguments of `newsvane check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    files: Files,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    /// Fail on warnings as well
    #[arg(long)]
    strict: bool,
    /// Show how many alerts a day each watch would have made over this much of the archive
    #[arg(long, value_name = "SPAN", num_args = 0..=1, default_missing_value = "7d")]
    archive: Option<Span>,
}

/// The results of one watch's tests.
struct Tested<'a> {
    id: &'a str,
    n_passed: usize,
    n_tests: usize,
    failures: Vec<String>,
    alerts_a_day: Option<f64>,
}

/// Most rows of the table: nobody reads a list of many thousands.
const MAX_ROWS: usize = 200;

/// Runs the command.
///
/// # Errors
/// If the input cannot be read or the output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let files = config::watchlist_files(args.files.watchlist.as_deref())?;
    let (list, mut diagnostics) = match watchlist::load(&files, None) {
        Ok(list) => {
            let warnings = watchlist::lint(&list);
            (Some(list), warnings)
        }
        Err(diagnostics) => (None, diagnostics),
    };
    diagnostics.extend(about_settings(&args.files, list.as_ref()));
    let mut tested = list.as_ref().map(run_tests).unwrap_or_default();
    if let (Some(list), Some(back)) = (&list, args.archive) {
        let rates = archive::rates(list, &args.files, back)?;
        diagnostics.extend(archive::too_broad(list, &args.files, &rates));
        for (watch, rate) in tested.iter_mut().zip(&rates.a_day) {
            watch.alerts_a_day = Some(*rate);
        }
        if !args.json {
            println!(
                "looked at {} of {}\n",
                count(usize::try_from(rates.n_articles)?, "article"),
                rates.span()
            );
        }
    }
    diagnostics.sort_by(Diagnostic::by_place);
    if args.json {
        print_json(list.as_ref(), &diagnostics, &tested)?;
    } else {
        print_table(list.as_ref(), &diagnostics, &tested)?;
    }
    let has_failed = tested.iter().any(|watch| !watch.failures.is_empty());
    let is_wrong = has_failed || has_errors(&diagnostics) || args.strict && !diagnostics.is_empty();
    Ok(ExitCode::from(u8::from(is_wrong)))
}

/// What is wrong in the settings, and where they contradict `list`.
fn about_settings(files: &Files, list: Option<&Watchlist>) -> Vec<Diagnostic> {
    let settings = match files.settings() {
        Ok(settings) => settings,
        Err(err) => {
            return vec![match err.downcast::<Diagnostic>() {
                Ok(diagnostic) => diagnostic,
                Err(err) => Diagnostic::whole("newsvane.toml", format!("{err:#}")),
            }];
        }
    };
    let mut found = start_errors(files, &settings);
    let receivers: Vec<&str> = settings.receiver.keys().map(String::as_str).collect();
    if let Some(list) = list {
        found.extend(disagreements(&settings, list, &receivers));
        found.extend(receiver_warnings(&settings, list, &receivers));
    }
    found
}

/// Why `newsvane run` would not start with `settings`.
fn start_errors(files: &Files, settings: &Settings) -> Vec<Diagnostic> {
    let file = files.settings_file();
    let text = file.as_ref().map(std::fs::read_to_string);
    let text = text.and_then(Result::ok).unwrap_or_default();
    let name = file.map_or_else(
        || "newsvane.toml".to_owned(),
        |file| file.display().to_string(),
    );
    let faults = services(settings).map_or_else(|faults| faults.0, |_| Vec::new());
    let faults = faults.into_iter().chain(logging::fault(&settings.log));
    faults.map(|fault| fault.diagnostic(&name, &text)).collect()
}

fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    n_of(diagnostics, Severity::Error) > 0
}

fn n_of(diagnostics: &[Diagnostic], severity: Severity) -> usize {
    let found = diagnostics.iter();
    found.filter(|found| found.severity == severity).count()
}

fn run_tests(list: &Watchlist) -> Vec<Tested<'_>> {
    let mut scratch = Scratch::new();
    let mut tested = Vec::new();
    for (at, watch) in list.watches.iter().enumerate() {
        let mut result = Tested {
            id: watch.id.as_str(),
            n_passed: 0,
            n_tests: watch.tests.len(),
            failures: Vec::new(),
            alerts_a_day: None,
        };
        for (n, test) in watch.tests.iter().enumerate() {
            let doc = doc(test);
            if list.matcher.meets(&mut scratch, at, &doc) == test.is_match {
                result.n_passed += 1;
                continue;
            }
            let explained = list.matcher.explain(&mut scratch, watch.id.as_str(), &doc);
            let reason = explained.and_then(|explained| {
                explained.reason.or_else(|| {
                    explained
                        .why
                        .first()
                        .map(|why| format!("{} in: {}", why.shown_term(), why.sentence))
                })
            });
            let wanted = if test.is_match {
                "should match and does not"
            } else {
                "should not match and does"
            };
            result.failures.push(format!(
                "test {} {wanted}: {}",
                n + 1,
                reason.unwrap_or_default()
            ));
        }
        tested.push(result);
    }
    tested
}

fn doc(test: &WatchTest) -> Doc<'_> {
    Doc {
        title: &test.title,
        body: &test.text,
        source: &test.source,
        tags: &test.tags,
        language: test.language.as_deref(),
        ..Doc::default()
    }
}

fn print_json(
    list: Option<&Watchlist>,
    diagnostics: &[Diagnostic],
    tested: &[Tested<'_>],
) -> anyhow::Result<()> {
    let watches: Vec<_> = tested
        .iter()
        .map(|watch| {
            let mut shown = json!({ "id": watch.id, "tests": watch.n_tests, "passed": watch.n_passed, "failures": watch.failures });
            if let Some(rate) = watch.alerts_a_day {
                shown["alerts_a_day"] = json!((rate * 10.0).round() / 10.0);
            }
            shown
        })
        .collect();
    let answer = json!({
        "ok": list.is_some() && !has_errors(diagnostics) && tested.iter().all(|watch| watch.failures.is_empty()),
        "feeds": list.map_or(0, |list| list.feeds.len()),
        "entities": list.map_or(0, |list| list.entities.len()),
        "watches": watches,
        "diagnostics": diagnostics,
    });
    println!("{}", serde_json::to_string(&answer)?);
    Ok(())
}

fn print_table(
    list: Option<&Watchlist>,
    diagnostics: &[Diagnostic],
    tested: &[Tested<'_>],
) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for diagnostic in diagnostics {
        writeln!(out, "{diagnostic}\n")?;
    }
    let Some(list) = list else {
        let n_errors = n_of(diagnostics, Severity::Error);
        writeln!(out, "{} to correct", count(n_errors, "error"))?;
        return Ok(());
    };
    let width = tested
        .iter()
        .take(MAX_ROWS)
        .map(|watch| watch.id.chars().count())
        .max()
        .unwrap_or(0)
        .max(5);
    let has_rates = tested.iter().any(|watch| watch.alerts_a_day.is_some());
    let alerts = if has_rates { "ALERTS A DAY  " } else { "" };
    writeln!(out, "{:width$}  {alerts}TESTS", "WATCH")?;
    // Watches whose tests fail are always shown.
    let shown = tested
        .iter()
        .enumerate()
        .filter(|(at, watch)| *at < MAX_ROWS || !watch.failures.is_empty());
    for (_, watch) in shown {
        let tests = match watch.n_tests {
            0 => "none".to_owned(),
            n => format!("{} of {n} passed", watch.n_passed),
        };
        let rate = watch
            .alerts_a_day
            .map_or(String::new(), |rate| format!("{rate:>12.1}  "));
        writeln!(out, "{:width$}  {rate}{tests}", watch.id)?;
        for failure in &watch.failures {
            writeln!(out, "{:width$}    {failure}", "")?;
        }
    }
    if tested.len() > MAX_ROWS {
        writeln!(out, "... and {} more", tested.len() - MAX_ROWS)?;
    }
    let n_tests: usize = tested.iter().map(|watch| watch.n_tests).sum();
    let n_passed: usize = tested.iter().map(|watch| watch.n_passed).sum();
    writeln!(
        out,
        "\n{}, {}, {}; {n_passed} of {} passed, {}, {}",
        count(list.feeds.len(), "feed"),
        count(list.entities.len(), "entity"),
        count(list.watches.len(), "watch"),
        count(n_tests, "test"),
        count(n_of(diagnostics, Severity::Error), "error"),
        count(n_of(diagnostics, Severity::Warning), "warning"),
    )?;
    Ok(())
}
