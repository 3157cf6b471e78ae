//! Why a line is taken out.

use crate::extract::lines::vocabulary::Group;
use crate::extract::plain::document::Line;
use crate::model::RemovedKind;
use crate::model::RemovedKind::{
    Byline, Caption, Comment, Credit, Date, Junk, Navigation, Promo, Related, Template,
};

/// What is said of a line by a rule that is truth.
pub(super) fn of_rule(line: &Line) -> Option<RemovedKind> {
    if line.is_code {
        return Some(Template);
    }
    if line.is_date {
        return Some(Date);
    }
    (line.is_post_author || line.shape.n_letters + line.shape.n_digits == 0.0).then_some(Junk)
}

/// The likeliest kind of a line that the model takes out; `before` is that of
/// the line before.
pub(super) fn of(line: &Line, before: Option<RemovedKind>) -> RemovedKind {
    if let Some(kind) = line.rule {
        return kind;
    }
    if line.is_time {
        return Date;
    }
    if line.is_byline {
        return Byline;
    }
    if line.has_credit {
        return Caption;
    }
    let (share, kind) = [
        (Group::Related, Related),
        (Group::Promo, Promo),
        (Group::Use, Navigation),
        (Group::Comment, Comment),
        (Group::Legal, Junk),
        (Group::Picture, Credit),
        (Group::Author, Byline),
        (Group::Dated, Date),
        (Group::Section, Navigation),
    ]
    .into_iter()
    .map(|(group, kind)| (line.shares.start(group).max(line.shares.all(group)), kind))
    .max_by(|a, b| a.0.total_cmp(&b.0))
    .unwrap_or((0.0, Junk));
    if share > 0.2 {
        return kind;
    }
    // What follows a label of other articles or an appeal goes with it.
    match before {
        Some(kind @ (Related | Promo | Comment)) => kind,
        _ if line.ends_as_sentence => Caption,
        _ if share > 0.0 => kind,
        _ => Junk,
    }
}
