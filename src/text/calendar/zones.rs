//! Zones by the letters that pages and feeds put after a time.

/// Minutes east of Greenwich of a zone's name or abbreviation, in any case.
/// Where one abbreviation has several meanings it is the one that feeds use.
/// `None` for zones without a fixed offset.
#[must_use]
pub fn zone_minutes(word: &str) -> Option<i64> {
    if let Some((_, quarter_hours)) = OTHERS.iter().find(|(name, _)| *name == word) {
        return Some(quarter_hours * 15);
    }
    let mut upper = [0_u8; 5];
    let upper = upper.get_mut(..word.len())?;
    upper.copy_from_slice(word.as_bytes());
    upper.make_ascii_uppercase();
    let quarter_hours = match &*upper {
        b"Z" | b"UT" | b"UTC" | b"GMT" | b"WET" => 0,
        b"BST" | b"CET" | b"MET" | b"MEZ" | b"WEST" | b"WAT" => 4,
        b"CEST" | b"MEST" | b"MESZ" | b"EET" | b"SAST" | b"CAT" => 8,
        b"EEST" | b"MSK" | b"TRT" | b"EAT" | b"IDT" => 12,
        b"IRST" => 14,
        b"GST" | b"SAMT" => 16,
        b"AFT" => 18,
        b"PKT" | b"YEKT" => 20,
        b"IST" => 22,
        b"NPT" => 23,
        b"BDT" => 24,
        b"ICT" | b"WIB" => 28,
        b"HKT" | b"SGT" | b"AWST" | b"PHT" | b"MYT" | b"WITA" => 32,
        b"JST" | b"KST" | b"WIT" => 36,
        b"ACST" => 38,
        b"AEST" => 40,
        b"ACDT" => 42,
        b"AEDT" => 44,
        b"NZST" => 48,
        b"NZDT" => 52,
        b"NDT" => -10,
        b"BRT" | b"ART" | b"ADT" => -12,
        b"NST" => -14,
        b"AT" | b"AST" | b"EDT" | b"CLT" | b"HAE" => -16,
        b"ET" | b"EST" | b"CDT" | b"HNE" => -20,
        b"CT" | b"CST" | b"MDT" => -24,
        b"MT" | b"MST" | b"PDT" => -28,
        b"PT" | b"PST" | b"AKDT" => -32,
        b"AKST" => -36,
        b"HST" => -40,
        _ => return None,
    };
    Some(quarter_hours * 15)
}

/// Zones written in other letters, and by the town that keeps the time; in
/// quarter hours.
const OTHERS: &[(&str, i64)] = &[
    ("МСК", 12),
    ("мск", 12),
    ("غرينتش", 0),
    ("جرينتش", 0),
    ("مكة", 12),
];

#[cfg(test)]
mod tests {
    use super::zone_minutes;

    #[test]
    fn zones_are_known_in_any_case_and_others_are_none() {
        assert_eq!(zone_minutes("gmt"), Some(0));
        assert_eq!(zone_minutes("EDT"), Some(-240));
        assert_eq!(zone_minutes("WIB"), Some(420));
        assert_eq!(zone_minutes("МСК"), Some(180));
        assert_eq!(zone_minutes("HNE"), Some(-300));
        assert_eq!(zone_minutes("Uhr"), None);
        assert_eq!(zone_minutes("Brussels"), None);
    }
}
