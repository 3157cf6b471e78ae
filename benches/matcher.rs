//! Speed of text analysis by language, in bytes per second. Matching itself is
//! measured by `examples/bench_match.rs`, with a watchlist and articles you give.

use divan::counter::BytesCount;
use newsvane::text::Text;

/// A few invented sentences of news in each language.
const SAMPLES: &[(&str, &str)] = &[
    (
        "english",
        "The city council voted on Tuesday to close the old bridge for repairs. \"We have waited long enough,\" said Mayor Jane Roe, whose office put the cost at 1.5 million. Traffic will be led over the ring road until March.\n\n",
    ),
    (
        "russian",
        "Городской совет во вторник проголосовал за закрытие старого моста на ремонт. «Мы ждали достаточно долго», — сказала мэр, оценившая расходы в 1,5 миллиона. Движение пойдёт по кольцевой дороге до марта.\n\n",
    ),
    (
        "greek",
        "Το δημοτικό συμβούλιο ψήφισε την Τρίτη το κλείσιμο της παλιάς γέφυρας για επισκευές. «Περιμέναμε αρκετά», είπε η δήμαρχος. Η κυκλοφορία θα γίνεται από τον περιφερειακό.\n\n",
    ),
    (
        "arabic",
        "صوت مجلس المدينة يوم الثلاثاء على إغلاق الجسر القديم للإصلاح. وقالت رئيسة البلدية إن التكلفة تبلغ مليونا ونصف المليون. وستحول حركة المرور إلى الطريق الدائري حتى مارس.\n\n",
    ),
    (
        "chinese",
        "市议会周二投票决定关闭旧桥进行维修。市长表示，工程费用约为一百五十万元，车辆将绕行环城路，直至三月。\n\n",
    ),
    (
        "japanese",
        "市議会は火曜日、古い橋を修理のため閉鎖することを決めた。市長は「十分に待った」と述べ、費用は百五十万円とした。三月まで車は環状道路を通る。\n\n",
    ),
    (
        "korean",
        "시의회는 화요일 낡은 다리를 보수하기 위해 폐쇄하기로 의결했다. 시장은 비용이 150만에 이를 것이라고 말했다. 차량은 3월까지 순환도로로 우회한다.\n\n",
    ),
];

fn main() {
    divan::main();
}

#[divan::bench(args = SAMPLES.iter().map(|(name, _)| *name))]
fn analyze(bencher: divan::Bencher<'_, '_>, name: &str) {
    let sample = SAMPLES
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, sample)| sample);
    let text = sample.repeat(20);
    let mut analyzed = Text::default();
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        analyzed.analyze(divan::black_box(&text));
        analyzed.words().len()
    });
}

#[divan::bench(args = SAMPLES.iter().map(|(name, _)| *name))]
fn words(bencher: divan::Bencher<'_, '_>, name: &str) {
    let sample = SAMPLES
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, sample)| sample);
    let text = sample.repeat(20);
    let mut analyzed = Text::default();
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        analyzed.analyze_words(divan::black_box(&text));
        analyzed.words().len()
    });
}
