#!/usr/bin/env python3
"""Writes names.txt: the names of months, weekdays and halves of the day in many languages, from CLDR.

    pip install babel==2.19.0 && python3 generate.py > names.txt

A row is `KIND NUMBER LANGUAGES NAME`. Where one name means different months in different languages
(`listopad` is November in Polish and October in Croatian) each has its row, and the row of the language
that stands first in LANGUAGES below comes first: readers without a language take that one.
"""

import re
import unicodedata

from babel import Locale, __version__

# By readers of news, roughly: the first language that has a name decides where none is known.
LANGUAGES = """en zh es hi ar pt ru fr de ja ko it tr pl nl uk id ms vi th fa he cs sv ro hu el da nb nn fi
bg sr sr_Latn hr sk sl bs mk sq lt lv et be ca gl eu is ga cy bn ta te mr gu kn ml pa ur ne si am sw af zu fil
ka hy az az_Cyrl kk ky uz uz_Cyrl mn my km lo ps so ha yo ku de_AT ar_LB ar_IQ ar_DZ ar_TN ar_MA es_MX pt_PT""".split()

# Forms in daily use that CLDR does not list.
MORE = {
    ("en", 9): ["sept"], ("es", 9): ["set", "setiembre"], 
    ("nl", 3): ["mrt"], ("de", 3): ["mrz"], ("de", 1): ["jänner"], ("de", 2): ["feber"],
    ("id", 8): ["agt", "agst"], ("id", 2): ["pebruari"], ("id", 11): ["nop", "nopember"],
    ("el", 5): ["μαΐου", "μαΐ"], ("ro", 1): ["ian"], ("ar", 4): ["ابريل"], ("ar", 8): ["اغسطس"],
    ("ar", 10): ["اكتوبر"], ("pt", 3): ["marco"], ("hu", 1): ["januári"], ("tr", 2): ["subat"],
    ("ar", 5): ["آيار", "ايار"], ("ar", 3): ["اذار"], ("ar", 9): ["ايلول"], ("ar", 12): ["كانون اول"],
    ("ro", 11): ["noi"], ("hu", 5): ["máj"], ("it", 9): ["set"], ("pt", 9): ["set"],
    ("fi", 9): ["syysk"], ("en", 6): ["june"], ("en", 7): ["july"], ("cs", 5): ["kvě"],
    ("uk", 5): ["трав"], ("be", 5): ["мая", "траўня"], ("bn", 9): ["সেপ্টেম্বর"],
}

# The Persian solar calendar, as Iran, and as Afghanistan names it.
JALALI = [
    "فروردین حمل", "اردیبهشت ثور", "خرداد جوزا", "تیر سرطان", "مرداد امرداد اسد", "شهریور سنبله",
    "مهر میزان", "آبان عقرب", "آذر قوس", "دی جدی", "بهمن دلو", "اسفند حوت",
]

# Endings that Finnish and Estonian dates carry.
ENDINGS = {"fi": [("kuu", ["kuuta", "kuun", "kuussa"])]}


def fold(name):
    return unicodedata.normalize("NFC", name.replace("\u200f", "").replace("\u200e", "")).lower().strip(" .՝")


def plain(name):
    """The name without accents, for Latin and Greek; nothing where that is short enough to be any word."""
    stripped = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    is_western = all(re.match(r"[a-zα-ως]", c) for c in stripped)
    return stripped if is_western and len(stripped) >= 5 else None


rows = {}


def add(kind, number, name, language):
    name = fold(name)
    if kind == "day" and len(name) < 3 and name.isascii():
        return  # `so`, `to`, `de`: everyday words of other languages
    if len(name) < 2 or re.search(r"\d", name) or re.search(r"[\u3040-\u9fff\uac00-\ud7af]", name):
        return
    for form in {name, plain(name) or name}:
        for stem, endings in ENDINGS.get(language, []):
            if kind == "month" and form.endswith(stem):
                for ending in endings:
                    rows.setdefault((kind, number, form[: -len(stem)] + ending), []).append(language)
        rows.setdefault((kind, number, form), []).append(language)


for tag in LANGUAGES:
    locale = Locale.parse(tag)
    language = locale.language
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                add("month", number, name, language)
            for number, name in locale.days[context][width].items():
                add("day", number + 1, name, language)
            periods = locale.day_periods.get(context, {}).get(width, {})
            for number, period in enumerate(("am", "pm"), 1):
                if period in periods:
                    add("half", number, periods[period], language)
for (language, number), names in MORE.items():
    for name in names:
        add("month", number, name, language)
for number, names in enumerate(JALALI, 1):
    for name in names.split():
        add("jalali", number, name, "fa")

print(f"# Written by generate.py from CLDR (babel {__version__}); do not edit.")
for (kind, number, name), languages in rows.items():
    seen = list(dict.fromkeys(languages))
    print(kind, number, ",".join(seen), name)
