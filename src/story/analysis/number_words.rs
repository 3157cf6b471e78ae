//! Words that are numbers, in the languages that news is read in.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// The value of a number word. Words that mean something else in another language are
/// left out: "once" is eleven in Spanish.
pub(crate) fn named(folded: &str) -> Option<f64> {
    look_up(NUMBERS, folded)
}

/// The factor by which a word after a number multiplies it: 1,000,000 for "million".
pub(crate) fn magnitude(folded: &str) -> Option<f64> {
    look_up(MAGNITUDES, folded)
}

/// The factor that turns a number in this unit into the metric unit.
pub(crate) fn metric(folded: &str) -> Option<f64> {
    look_up(UNITS, folded)
}

/// Values and the folded words for each.
type Table = &'static [(f64, &'static [&'static str])];

fn look_up(table: Table, folded: &str) -> Option<f64> {
    static FOUND: LazyLock<[FxHashMap<&str, f64>; 3]> = LazyLock::new(|| {
        [NUMBERS, MAGNITUDES, UNITS].map(|table| {
            let entries = table.iter();
            entries
                .flat_map(|(value, words)| words.iter().map(|word| (*word, *value)))
                .collect()
        })
    });
    let tables = [NUMBERS, MAGNITUDES, UNITS];
    let at = tables
        .iter()
        .position(|known| std::ptr::eq(*known, table))?;
    FOUND[at].get(folded).copied()
}

#[rustfmt::skip]
const NUMBERS: Table = &[
    (2.0, &["two", "deux", "zwei", "twee", "dois", "duas", "dwa", "dwie", "dwoch", "два", "две", "двух", "iki", "tva"]),
    (3.0, &["three", "trois", "drei", "drie", "trzy", "trzech", "три", "трех"]),
    (4.0, &["four", "quatre", "vier", "cuatro", "quatro", "quattro", "cztery", "czterech", "четыре", "четырех", "dort", "fyra"]),
    (5.0, &["five", "cinq", "funf", "vijf", "cinco", "cinque", "piec", "pieciu", "пять", "пяти", "bes", "fem"]),
    (6.0, &["six", "sechs", "seis", "szesc", "szesciu", "шесть", "шести", "alti"]),
    (7.0, &["seven", "sieben", "zeven", "siete", "sette", "siedem", "siedmiu", "семь", "семи", "yedi", "sju"]),
    (8.0, &["eight", "huit", "acht", "ocho", "oito", "osiem", "восемь", "восьми", "sekiz", "atta"]),
    (9.0, &["nine", "neun", "negen", "nueve", "nove", "dziewiec", "девять", "девяти", "dokuz", "nio"]),
    (10.0, &["ten", "zehn", "tien", "diez", "dieci", "dziesiec", "десять", "десяти", "tio", "dizaine", "dezena", "decina", "decena", "десяток"]),
    (11.0, &["eleven", "onze", "undici", "jedenascie", "одиннадцать", "elva"]),
    (12.0, &["twelve", "douze", "zwolf", "twaalf", "doce", "doze", "dodici", "dwanascie", "двенадцать", "tolv", "dozen", "douzaine", "dutzend", "docena", "dozzina", "duzia", "tuzin", "dussin", "dozijn", "дюжина"]),
    (13.0, &["thirteen", "treize", "dreizehn", "dertien", "trece", "treze", "tredici", "тринадцать", "tretton"]),
    (14.0, &["fourteen", "quatorze", "catorze", "vierzehn", "veertien", "catorce", "quattordici", "четырнадцать", "fjorton"]),
    (15.0, &["fifteen", "quinze", "funfzehn", "vijftien", "quince", "quindici", "пятнадцать", "femton"]),
    (16.0, &["sixteen", "seize", "sechzehn", "zestien", "dieciseis", "sedici", "шестнадцать", "sexton"]),
    (17.0, &["seventeen", "siebzehn", "zeventien", "diecisiete", "diciassette", "семнадцать", "sjutton"]),
    (18.0, &["eighteen", "achtzehn", "achttien", "dieciocho", "diciotto", "восемнадцать", "arton"]),
    (19.0, &["nineteen", "neunzehn", "negentien", "diecinueve", "diciannove", "девятнадцать", "nitton"]),
    (20.0, &["twenty", "vingt", "vingtaine", "zwanzig", "twintig", "veinte", "vinte", "venti", "dwadziescia", "двадцать", "двадцати", "yirmi", "tjugo"]),
    (30.0, &["thirty", "trente", "trentaine", "dreißig", "dreissig", "dertig", "treinta", "trinta", "trenta", "trzydziesci", "тридцать", "тридцати", "otuz", "trettio"]),
    (40.0, &["forty", "quarante", "quarantaine", "vierzig", "veertig", "cuarenta", "quarenta", "quaranta", "czterdziesci", "сорок", "kirk", "fyrtio"]),
    (50.0, &["fifty", "cinquante", "cinquantaine", "funfzig", "vijftig", "cincuenta", "cinquenta", "cinquanta", "piecdziesiat", "пятьдесят", "elli", "femtio"]),
    (60.0, &["sixty", "soixante", "soixantaine", "sechzig", "zestig", "sesenta", "sessenta", "sessanta", "шестьдесят", "altmis", "sextio"]),
    (70.0, &["seventy", "siebzig", "zeventig", "setenta", "settanta", "семьдесят", "yetmis", "sjuttio"]),
    (80.0, &["eighty", "achtzig", "tachtig", "ochenta", "oitenta", "ottanta", "восемьдесят", "seksen", "attio"]),
    (90.0, &["ninety", "neunzig", "negentig", "noventa", "novanta", "девяносто", "doksan", "nittio"]),
    (100.0, &["hundred", "hundert", "honderd", "cien", "cento", "centaine", "сто", "сотня", "hundra"]),
    (1000.0, &["thousand", "tausend", "duizend", "mille", "millier", "тысяча", "tusen"]),
];

#[rustfmt::skip]
const MAGNITUDES: Table = &[
    (100.0, &["hundred", "hundert", "honderd", "hundra", "yuz"]),
    (1e3, &["k", "thousand", "tausend", "duizend", "mil", "mila", "mille", "tys", "tysiecy", "tysiace", "тыс", "тысяч", "тысячи", "tusen", "الف"]),
    (1e4, &["万", "萬"]),
    (1e6, &["m", "mn", "million", "millions", "millionen", "miljoen", "millon", "millones", "milhao", "milhoes", "milione", "milioni", "milion", "miliony", "milionow", "mio", "mln", "млн", "миллион", "миллиона", "миллионов", "milyon", "miljon", "miljoner", "مليون"]),
    (1e8, &["亿", "億"]),
    (1e9, &["bn", "billion", "billions", "milliard", "milliards", "milliarde", "milliarden", "miljard", "miliard", "miliardo", "miliardi", "miliardow", "mrd", "mld", "млрд", "миллиард", "миллиарда", "миллиардов", "milyar", "miljarder", "مليار"]),
];

#[rustfmt::skip]
const UNITS: Table = &[
    (1.609, &["mile", "miles", "mph"]),
    (0.3048, &["foot", "feet", "ft"]),
    (0.9144, &["yard", "yards"]),
    (0.4047, &["acre", "acres"]),
    (2.54, &["inch", "inches"]),
];
