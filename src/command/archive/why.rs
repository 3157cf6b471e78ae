//! `newsvane why`: what was done with an article, and why an alert came or did not.

use crate::command::input::files::Files;
use crate::command::input::process::runtime;
use crate::command::input::store::open as open_store;
use crate::command::input::watches;
use crate::command::output::show;
use crate::config::watchlist::Watchlist;
use crate::model::AlertId;
use crate::store::Store;
use crate::web::views::why::{Explained, Why, WhyArticle, WhyQuery, WithWatchlist, answer};
use std::process::ExitCode;
use std::sync::Arc;

/// Width of a line of text.
const WIDTH: usize = 400;

/// Arguments of `newsvane why`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    files: Files,
    /// An article's address, words of its title or its id (a12), or an alert's id (al_...)
    #[arg(required = true, value_name = "URL|TITLE|ID")]
    what: Vec<String>,
    /// Explain this watch in full
    #[arg(long, add = crate::command::complete::watches())]
    watch: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command. Exit status 1 if nothing was found.
///
/// # Errors
/// When the store cannot be read, or there is no such watch or alert.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let store = open_store(&args.files)?;
    let Some(list) = watches::load(args.files.watchlist.as_deref())? else {
        return Ok(ExitCode::from(1));
    };
    if let Some(id) = &args.watch {
        let is_known = list.watches.iter().any(|watch| watch.id.as_str() == id);
        anyhow::ensure!(is_known, "{}", watches::unknown_watch(&list, id));
    }
    let defaults = args.files.settings()?.defaults.alert;
    let list = Arc::new(list);
    let watchlist: WithWatchlist = Arc::new(move |with: &mut dyn FnMut(&Watchlist)| with(&list));
    runtime()?.block_on(async {
        let query = WhyQuery {
            q: question(&store, &args.what.join(" ")).await?,
            watch: args.watch.clone().unwrap_or_default(),
        };
        let why = answer(&store, &watchlist, &defaults, &query).await?;
        if args.json {
            anstream::println!("{}", serde_json::to_string(&why)?);
        } else {
            print(&why);
        }
        let is_nothing = why.articles.is_empty() && why.entries.is_empty();
        Ok(ExitCode::from(u8::from(is_nothing)))
    })
}

/// What is asked; for an alert, its article.
async fn question(store: &Arc<dyn Store>, written: &str) -> anyhow::Result<String> {
    if !written.starts_with("al_") {
        return Ok(written.to_owned());
    }
    let alert = store.alert_detail(AlertId::from(written)).await?;
    let alert = alert.ok_or_else(|| {
        anyhow::anyhow!("there is no alert {written}; `newsvane alerts list` shows the ids")
    })?;
    let article = alert.article.ok_or_else(|| {
        anyhow::anyhow!(
            "{written} is about no article that is kept; `newsvane alerts show {written}` prints it"
        )
    })?;
    Ok(article.to_string())
}

fn print(why: &Why) {
    for article in &why.articles {
        print_article(article);
    }
    for entry in &why.entries {
        let title = entry.entry.title.as_deref().unwrap_or("(no title)");
        anstream::println!("{}", show::line(title, 110));
        anstream::println!("  {}\n", show::line(&entry.told, WIDTH));
    }
    if let Some(advice) = &why.advice {
        anstream::println!("{advice}");
    }
}

fn print_article(why: &WhyArticle) {
    let article = &why.article;
    anstream::println!(
        "{}  {}  {}",
        article.id,
        show::line(&article.source, 40),
        show::line(&article.title, 110)
    );
    if let Some(url) = &article.url {
        anstream::println!("  {}", show::line(url, 200));
    }
    for told in &why.told {
        anstream::println!("  {}", show::line(told, WIDTH));
    }
    for met in &why.met {
        anstream::println!("  watch {}: {}", met.watch, show::line(&met.told, WIDTH));
    }
    for not in &why.nearly {
        let (met, of) = (not.met, not.of);
        anstream::println!(
            "  not watch {} ({met} of {} met): {}",
            not.watch,
            show::count(of, "condition"),
            show::line(&not.reason, WIDTH)
        );
    }
    why.explained.iter().for_each(print_explained);
    anstream::println!();
}

fn print_explained(explained: &Explained) {
    let is_met = if explained.is_match {
        "meets"
    } else {
        "does not meet"
    };
    anstream::println!("  it {is_met} the watch {}:", explained.watch);
    for step in &explained.steps {
        let mark = if step.is_met { "yes" } else { "no " };
        let text = show::line(&step.text, WIDTH);
        anstream::println!("    {mark} {:indent$}{text}", "", indent = 2 * step.depth);
    }
}
