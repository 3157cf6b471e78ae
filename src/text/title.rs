//! Separators between a headline and the name of its site or outlet.

/// Separators between a headline and the name of its site.
pub(crate) const TITLE_MARKS: [&str; 11] = [
    " | ",
    " - ",
    " \u{2013} ",
    " \u{2014} ",
    " \u{b7} ",
    " \u{2022} ",
    " :: ",
    " \u{ab} ",
    " \u{bb} ",
    " // ",
    " \u{2502} ",
];

/// The last separator of a title: its place and its length, in bytes.
pub(crate) fn last_mark(title: &str) -> Option<(usize, usize)> {
    let marks = TITLE_MARKS.iter();
    marks
        .filter_map(|mark| Some((title.rfind(mark)?, mark.len())))
        .max()
}
