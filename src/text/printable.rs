//! Text from outside that is safe to show on a terminal.

/// `text` with a space for each character that could control a terminal, change the
/// direction of the text around it, or hide.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if is_printable(c) { c } else { ' ' })
        .collect()
}

/// Whether `c` is neither a control character nor an invisible one that changes the
/// text around it: bidirectional controls, line separators, zero-width characters.
pub(crate) fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_bidirectional_overrides_are_not_shown() {
        assert_eq!(printable("a\u{1b}[31mb\u{7}"), "a [31mb ");
        assert_eq!(printable("moc.\u{202e}elpmaxe"), "moc. elpmaxe");
        assert_eq!(
            printable("e\u{301} \u{645}\u{200c}\u{62d}"),
            "e\u{301} \u{645}\u{200c}\u{62d}"
        );
    }
}
