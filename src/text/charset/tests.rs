use super::*;
use encoding_rs::{EUC_JP, GBK, ISO_8859_2, KOI8_R, SHIFT_JIS};

fn check(bytes: &[u8], content_type: Option<&str>, text: &str, encoding: &str) {
    let decoded = decode(bytes, content_type, Markup::Xml);
    assert!(
        decoded.text.contains(text),
        "{:?} lacks {text:?}",
        decoded.text
    );
    assert_eq!(decoded.encoding, encoding, "{text}");
}

fn declared(label: &str, text: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"{label}\"?><title>{text}</title>")
}

#[test]
fn a_label_counts_if_the_bytes_are_valid_in_its_encoding() {
    let russian = "Новости сегодня";
    let (bytes, _, _) = KOI8_R.encode(russian);
    let feed = [declared("koi8-r", "").as_bytes(), &*bytes].concat();
    check(&feed, None, russian, "KOI8-R");
    check(&bytes, Some("text/xml; charset=koi8-r"), russian, "KOI8-R");
    check(
        &bytes,
        Some("text/xml; Charset = 'KOI8-R'"),
        russian,
        "KOI8-R",
    );
}

#[test]
fn valid_utf8_is_utf8_whatever_the_labels_say() {
    let feed = declared("iso-8859-1", "Größe");
    check(
        feed.as_bytes(),
        Some("text/xml; charset=us-ascii"),
        "Größe",
        "UTF-8",
    );
    assert!(decode(feed.as_bytes(), None, Markup::Xml).is_mended);
}

#[test]
fn windows_text_called_utf8_is_guessed() {
    let (bytes, _, _) = WINDOWS_1252.encode("Prix du café – “déjà vu” à l’été");
    let feed = [declared("utf-8", "").as_bytes(), &*bytes].concat();
    check(&feed, None, "café – “déjà vu” à l’été", "windows-1252");
}

#[test]
fn latin_1_is_read_as_windows_reads_it() {
    let feed = [declared("iso-8859-1", "").as_bytes(), b"\x93q\x94 \x96"].concat();
    check(&feed, None, "“q” –", "windows-1252");
}

#[test]
fn a_declared_encoding_wins_over_a_header_that_is_only_a_default() {
    let (bytes, _, _) = ISO_8859_2.encode("Žluťoučký kůň");
    let feed = [declared("iso-8859-2", "").as_bytes(), &*bytes].concat();
    check(
        &feed,
        Some("text/xml; charset=ISO-8859-1"),
        "Žluťoučký kůň",
        "ISO-8859-2",
    );
}

#[test]
fn scattered_damage_in_utf8_stays_where_it_is() {
    let feed = [
        declared("utf-8", "Gemeinderat für Brücke über Förde é").as_bytes(),
        b"\xff",
    ]
    .concat();
    check(&feed, None, "Brücke über Förde é", "UTF-8");
    let cut = &"Straße ü".as_bytes()[.."Straße ü".len() - 1];
    check(cut, None, "Straße ", "UTF-8");
}

#[test]
fn east_asian_text_without_a_label_is_guessed() {
    let text = "港の橋について議会が話し合いました。住民は騒音に困っています。";
    for encoding in [SHIFT_JIS, EUC_JP] {
        let (bytes, _, _) = encoding.encode(text);
        check(&bytes, None, text, encoding.name());
    }
    let text = "市议会周二投票决定扩建大桥，居民抱怨噪音和延误。";
    let (bytes, _, _) = GBK.encode(text);
    check(&bytes, None, text, "GBK");
}

#[test]
fn utf16_and_utf32_with_and_without_marks() {
    let feed = declared("utf-8", "Größe");
    let little: Vec<u8> = feed.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = feed.encode_utf16().flat_map(u16::to_be_bytes).collect();
    check(&little, None, "Größe", "UTF-16LE");
    check(&big, None, "Größe", "UTF-16BE");
    check(
        &[b"\xff\xfe".as_slice(), &little].concat(),
        None,
        "Größe",
        "UTF-16LE",
    );
    check(
        &[b"\xfe\xff".as_slice(), &big].concat(),
        None,
        "Größe",
        "UTF-16BE",
    );
    let wide: Vec<u8> = feed
        .chars()
        .flat_map(|c| (c as u32).to_le_bytes())
        .collect();
    check(&wide, None, "Größe", "UTF-32LE");
    let wide: Vec<u8> = feed
        .chars()
        .flat_map(|c| (c as u32).to_be_bytes())
        .collect();
    check(&wide, None, "Größe", "UTF-32BE");
}

#[test]
fn no_bytes_make_it_panic() {
    for n in 0..2048_u32 {
        let bytes: Vec<u8> = (0..n % 11)
            .map(|i| (n.wrapping_mul(2_654_435_761) >> (i * 3)) as u8)
            .collect();
        let _ = decode(&bytes, Some(";;charset;=charset=\"x"), Markup::Xml);
    }
}

#[test]
fn a_page_declares_its_encoding_in_a_meta_element() {
    let check = |bytes: &[u8], content_type: Option<&str>, wanted: &str| {
        let decoded = decode(bytes, content_type, Markup::Html);
        assert_eq!(decoded.text, wanted);
    };
    check(
        b"<meta charset='windows-1251'>\xcf\xee\xf0\xf2",
        None,
        "<meta charset='windows-1251'>\u{41f}\u{43e}\u{440}\u{442}",
    );
    check(
        b"<meta charset=utf-16>caf\xc3\xa9",
        None,
        "<meta charset=utf-16>caf\u{e9}",
    );
    let latin1 = Some("text/html; charset=ISO-8859-1");
    check(b"caf\xe9", latin1, "caf\u{e9}");
    check("caf\u{e9}".as_bytes(), latin1, "caf\u{e9}");
    check(b"<\0p\0>\0a\0b\0c\0d\0", None, "<p>abcd");
}
