//! Commands that try a watchlist, a feed or a page. None of them alerts anybody
//! or writes to the store.

pub mod check;
pub mod feed;
pub mod extract;
pub mod matching;
pub mod backtest;
pub mod replay;
mod would_alert;
