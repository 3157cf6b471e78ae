//! The table of cleaning rules: phrases that tell a page's furniture from the
//! words of its author.
//!
//! To add a rule: one row below, or one phrase in a row, and a folder under
//! `tests/fixtures/extract` that shows it. Phrases are compared without case
//! and punctuation (`:` `/` `(` `)` `|` `!` `?` are kept); the first row that
//! fits decides. A row must hold on any site: name no outlet here.

use crate::model::RemovedKind;
use crate::model::RemovedKind::{Byline, Comment, Credit, Junk, Navigation, Promo, Related};

/// Where in a line a rule's phrase must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// It is the whole line.
    Whole,
    /// It is the whole line, or the line's beginning before a colon or bar.
    Label,
    /// The line begins with it.
    Start,
    /// The line begins with it and does not end as a sentence does.
    LineStart,
    /// The line ends with it and not as a sentence does.
    LineEnd,
    /// Anywhere in the line.
    Within,
}

/// One rule: a line of at most `max_words` with one of the phrases at `anchor`
/// is `kind`.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) kind: RemovedKind,
    pub(crate) anchor: Anchor,
    pub(crate) max_words: usize,
    pub(crate) phrases: &'static [&'static str],
}

const fn rule(
    kind: RemovedKind,
    anchor: Anchor,
    max_words: usize,
    phrases: &'static [&'static str],
) -> Rule {
    Rule {
        kind,
        anchor,
        max_words,
        phrases,
    }
}

/// The rules, first come first served.
#[rustfmt::skip]
pub(crate) static RULES: &[Rule] = &[
    // Other articles.
    rule(Related, Anchor::Label, 40, &[
        "read more", "read also", "also read", "read next", "read now", "see also", "see more", "related", "related stories", "related story",
        "related articles", "related article", "related news", "related content", "related coverage", "related topics", "related links",
        "related post", "related posts", "related reading", "related video", "related videos", "recommended", "recommended stories", "recommended reading", "recommended for you",
        "more stories", "more news", "more on this", "more on this story", "more from", "most read", "most popular", "most viewed", "trending",
        "trending now", "popular", "popular now", "editors picks", "editor's picks", "dont miss", "don't miss", "you may also like", "you might also like", "you may like",
        "up next", "next article", "previous article", "next story", "next post", "previous post", "further reading", "in case you missed it", "in other news", "must read", "must reads",
        "latest news", "latest stories", "top stories", "todays top stories", "watch", "watch now", "watch video", "watch also", "watch live", "watch the video", "listen", "listen now", "full story",
        "go deeper", "keep reading", "continue reading", "more coverage", "what to read next", "explore more", "more like this", "also on", "from the archive", "from our partners", "related tags",
        "previously", "opinion", "analysis", "explainer", "explained", "photos", "in pictures", "gallery", "photo gallery",
        "das könnte ihnen gefallen", "das könnte dich interessieren", "passend dazu", "mehr aus", "lesen sie auch", "lesen sie mehr", "lesen sie dazu auch", "mehr zum thema", "mehr dazu", "auch interessant", "das könnte sie auch interessieren", "siehe auch", "weiterlesen", "zum thema", "meistgelesen", "weitere artikel",
        "vous aimerez aussi", "vous pourriez aimer", "ça peut vous intéresser", "lire aussi", "à lire aussi", "a lire aussi", "lire la suite", "voir aussi", "à voir aussi", "sur le même sujet", "a lire", "à lire", "pour aller plus loin", "les plus lus", "articles liés",
        "puede que te guste", "también te puede interesar", "quizás te interese", "lea también", "lee también", "leer más", "lea más", "te puede interesar", "le puede interesar", "ver también", "vea también", "noticias relacionadas", "relacionado", "relacionadas", "más información", "más noticias", "lo más leído", "sigue leyendo", "mirá también",
        "potrebbe piacerti", "ti potrebbe piacere", "leggi anche", "leggi di più", "guarda anche", "potrebbe interessarti", "approfondimenti", "articoli correlati", "ti potrebbe interessare", "continua a leggere",
        "você pode gostar", "você também pode gostar", "você pode se interessar", "leia também", "leia mais", "saiba mais", "veja também", "veja mais", "notícias relacionadas", "mais lidas", "continue lendo",
        "lees ook", "lees meer", "bekijk ook", "meer over", "lees verder", "zie ook",
        "läs också", "läs även", "läs mer", "les også", "les mer", "læs også", "læs mere", "lue myös", "lue lisää",
        "czytaj także", "czytaj też", "czytaj więcej", "zobacz także", "zobacz też", "zobacz również", "przeczytaj także", "polecamy",
        "читайте также", "читать далее", "читать также", "смотрите также", "по теме", "подробнее", "читайте далее", "материалы по теме", "главное", "читайте також", "читати далі", "дивіться також",
        "čtěte také", "čtěte více", "přečtěte si také", "prečítajte si aj", "olvasd el ezt is", "kapcsolódó", "citește și", "citeşte şi", "pročitajte još", "прочетете още",
        "ayrıca okuyun", "ilgili haberler", "devamını oku", "bunlar da ilginizi çekebilir", "διαβάστε επίσης", "δείτε επίσης", "διαβάστε ακόμη",
        "baca juga", "xem thêm", "đọc thêm", "あわせて読みたい", "関連記事", "続きを読む", "相关阅读", "相关新闻", "延伸阅读", "相關新聞", "延伸閱讀", "관련기사", "관련 기사", "اقرأ أيضا", "اقرأ المزيد", "إقرأ أيضا", "اقرأ أيضاً", "שוקענ", "קראו גם", "यह भी पढ़ें", "ये भी पढ़ें", "এটিও পড়ুন",
    ]),
    rule(Related, Anchor::Whole, 8, &[
        "references", "footnotes", "endnotes", "article sources", "sources and references", "references and sources", "works cited", "bibliography", "citations", "additional reading", "additional resources", "suggested reading", "about the author", "about the authors", "about author", "author bio",
        "quellen", "quellenangaben", "einzelnachweise", "über den autor", "über die autorin", "références", "notes et références", "bibliographie", "à propos de l'auteur", "referencias", "bibliografía", "sobre el autor", "riferimenti", "bibliografia", "l'autore", "referências", "sobre o autor", "bronnen", "over de auteur", "źródła", "przypisy", "источники", "примечания", "об авторе",
    ]),
    rule(Related, Anchor::LineStart, 10, &[
        "other posts you", "other articles you", "other stories you", "more articles", "more posts", "more stories", "more great", "more recipes", "more resources", "explore more", "you may be interested", "you might be interested", "keep reading", "top reads", "further reading", "additional reading", "popular posts", "recent posts", "latest posts", "similar articles", "similar posts", "weitere artikel", "weitere themen", "d'autres articles", "articles similaires", "otros artículos", "más artículos", "altri articoli", "outros artigos", "meer artikelen", "fler artiklar", "inne artykuły", "другие статьи", "похожие статьи",
    ]),
    rule(Related, Anchor::Start, 40, &[
        "related post:", "related article:", "related story:", "read more:", "read also:", "also read:", "read next:", "related:", "see also:", "more:", "read:", "must read:", "recommended:", "watch:", "watch live:", "listen:", "also on", "don't miss", "dont miss", "read it here:", "full coverage:", "in depth:", "in pictures:", "in photos:", "explore:", "dig deeper:", "go deeper:", "up next:",
    ]),
    rule(Related, Anchor::LineStart, 30, &[
        "read more about", "read more on", "read more from", "read the full", "read the original", "read the latest", "read our", "see more on", "see all", "click here to read", "more from", "for more on", "for more", "more on", "watch the full", "watch more",
        "also:", "see more from", "get the full", "watch the trailer", "shop our", "also read", "read also", "mehr zu", "plus d'infos", "leggi l'articolo", "stories you may", "you may also", "you might also", "more stories from", "read this next",
    ]),
    rule(Related, Anchor::Start, 30, &["click here to read", "click here for more", "read more here", "read the full story", "read the full article", "you can read more", "read the original article", "read more of our"]),

    // Calls to the reader, advertisements.
    rule(Promo, Anchor::Label, 12, &[
        "advertisement", "advertising", "ad", "ads", "sponsored", "sponsored content", "paid content", "paid post", "partner content", "promoted", "promoted content", "promoted stories", "story continues below advertisement", "story continues below", "article continues below",
        "article continues below advertisement", "article continues after advertisement", "advertisement continue reading the main story", "continue reading below", "scroll to continue", "scroll for more", "ad feedback", "skip advertisement", "skip ad", "report this ad", "newsletter", "newsletters", "subscribe", "subscribe now", "subscribe today",
        "sign up", "sign up now", "sign in", "log in", "login", "register", "register now", "join now", "donate", "donate now", "support us", "follow us", "follow", "download now", "download the app", "get the app", "contact us", "buy now", "shop now", "learn more", "start free trial",
        "anzeige", "werbung", "publicité", "publicite", "publicidad", "pubblicità", "publicidade", "advertentie", "annons", "annonse", "annonce", "reklama", "reklam", "mainos", "реклама", "διαφήμιση", "hirdetés", "publicitate", "oglas", "iklan", "quảng cáo", "広告", "広告の後に続きます", "广告", "廣告", "광고", "إعلان", "פרסומת", "विज्ञापन",
        "artikel teilen", "jetzt abonnieren", "abonnieren", "abonnez-vous", "s'abonner", "suscríbete", "suscribirse", "abbonati", "assine", "assine já", "abonneer", "prenumerera",
    ]),
    rule(Promo, Anchor::Start, 60, &[
        "click here to", "click here for", "tap here to", "sign up for", "sign up to", "sign up here", "subscribe to", "subscribe for", "subscribe here", "subscribe now", "subscribe today", "get the latest", "get our", "get breaking news", "get unlimited", "get more news", "get daily", "get email", "get the day's", "get all the", "download our", "download the", "follow us", "follow him on", "follow her on",
        "follow me on", "like us on", "find us on", "join us on", "join our", "become a member", "become a subscriber", "support our", "support independent", "support quality", "make a donation", "donate to", "register for free", "register now", "stay up to date", "stay informed", "stay on top", "stay connected", "never miss", "don't miss", "enjoy unlimited", "start your free",
        "already a subscriber", "already have an account", "to continue reading", "to read the full", "this article is free", "this article is for subscribers", "this content is for", "you have reached your", "you've reached your", "enter your email", "by signing up", "by subscribing", "by clicking", "by providing", "by submitting", "please enter", "thank you for subscribing", "thanks for subscribing", "thanks for signing up",
        "want more stories like", "want to read more", "looking for more", "do you have a story", "do you have a tip", "got a tip", "have a tip", "have you got a", "send us your", "share your story", "let us know", "tell us what", "what do you think?", "have your say", "contact the author", "email us", "we want to hear from", "listen to our", "listen and subscribe", "tune in to", "catch up on", "keep up with", "keep up to date", "for the latest", "for more stories", "for more news", "for more information visit", "visit our", "check out our", "like this story", "like what you", "enjoyed this", "enjoy this article", "did you enjoy", "share it with",  "help us", "please consider", "if you value", "if you like", "thank you for reading", "thanks for reading", "check out more", "see our", "explore our",
        "bleiben sie", "melden sie sich", "jetzt anmelden", "abonnieren sie", "hier klicken", "folgen sie uns", "folgen sie", "laden sie", "newsletter abonnieren", "der newsletter", "unser newsletter", "unseren newsletter", "erhalten sie",
        "abonnez-vous", "inscrivez-vous", "recevez", "suivez-nous", "retrouvez", "téléchargez", "cliquez ici", "pour ne rien manquer", "rejoignez-nous", "s'inscrire à",
        "suscríbete", "suscríbase", "regístrate", "síguenos", "siga leyendo", "síganos", "recibe", "descarga", "apúntate", "únete", "haz clic", "haga clic",
        "iscriviti", "abbonati", "seguici", "segui", "ricevi", "scarica", "clicca qui",
        "inscreva-se", "assine", "siga o", "siga-nos", "receba", "baixe", "clique aqui", "cadastre-se", "entre no canal", "participe do",
        "schrijf je in", "meld je aan", "abonneer je", "volg ons", "ontvang", "download de", "klik hier",
        "prenumerera på", "anmäl dig", "följ oss", "meld deg på", "følg oss", "tilmeld dig", "tilaa", "liity",
        "zapisz się", "subskrybuj", "obserwuj nas", "dołącz do", "kliknij", "śledź nas",
        "подписывайтесь", "подпишитесь", "подписаться", "следите за", "читайте нас", "присоединяйтесь", "наш телеграм", "наш канал", "больше новостей", "підписуйтесь", "підписуйтеся", "стежте за", "читайте нас",
        "abone ol", "bizi takip", "εγγραφείτε", "ακολουθήστε", "iratkozz fel", "kövess minket", "abonează-te", "urmărește-ne", "pretplatite", "pratite nas", "sledujte", "přihlaste se",
        "ikuti kami", "dapatkan", "theo dõi", "フォロー", "登録は", "关注我们", "扫码", "تابعونا", "اشترك", "للاشتراك",
    ]),
    rule(Promo, Anchor::Within, 45, &[
        "our newsletter", "our newsletters", "our daily newsletter", "our weekly newsletter", "our free newsletter", "newsletter and get", "newsletter to get", "newsletter here", "straight to your inbox", "in your inbox", "to your inbox", "into your inbox", "delivered to your", "your inbox daily", "unsubscribe at any time", "our privacy policy", "our privacy notice", "terms of use and privacy", "terms of service apply", "protected by recaptcha",
        "download our app", "our mobile app", "our app for", "on the app store", "app store and google play", "follow us on", "like us on facebook", "us on twitter", "us on facebook", "us on instagram", "on our facebook page", "our youtube channel", "our telegram channel", "our whatsapp channel", "follow him on twitter", "follow her on twitter", "subscribe to our", "subscribing to our", "become a subscriber", "becoming a subscriber", "a subscription to", "support our journalism", "our journalism", "click here to", "clicking here", "sign up here", "subscribe here", "affiliate links", "affiliate commission", "earn a commission",
        "unseren newsletter", "unserem newsletter", "unserer app", "in unserem liveblog", "in unserem newsblog", "in unserem ticker", "zu unserem liveblog", "hier geht es zur app", "hier geht es zum newsletter", "hier geht es zu unserem", "hier geht es zu unserer", "hier finden sie unser", "dans notre direct", "en nuestro directo", "in ons liveblog", "i vår liverapport", "notre newsletter", "notre application", "nuestro boletín", "nuestra newsletter", "nuestro canal", "nuestros boletines", "nostra newsletter", "nostro canale", "nossa newsletter", "nosso canal", "onze nieuwsbrief", "vårt nyhetsbrev", "vores nyhedsbrev", "наш telegram", "наш канал", "наши каналы", "нашому telegram",
    ]),
    rule(Promo, Anchor::Within, 90, &[
        "ad blocker", "ad blocking", "adblock", "ad block plus", "whitelist", "help keep news free", "help keep our", "keep our journalism free", "contributing as little as", "as little as $", "consider making a contribution", "make a contribution", "your contribution will", "contribute today", "support our newsroom", "support our work", "support our mission", "rely on readers", "reader supported", "reader funded", "we may earn", "we may receive", "may receive compensation", "may earn a commission", "may get a commission", "commission on purchases", "commission when you", "affiliate partnerships", "affiliate link", "receive a commission", "without ads", "ad free experience",
        "gift subscription", "digital subscription", "annual subscription", "already subscribe", "per month cancel", "cancel anytime", "cancel at any time", "free trial", "start your subscription", "spam folder", "check your inbox", "confirm your subscription", "your personal data", "data protection policy", "community guidelines", "terms and conditions apply",
    ]),
    rule(Junk, Anchor::Within, 130, &[
        "uses cookies", "use cookies", "these cookies", "necessary cookies", "of cookies", "cookie policy", "cookies policy", "cookies are", "your cookie", "cookies sont", "utilise des cookies", "verwendet cookies", "verwenden cookies", "utiliza cookies", "utilizamos cookies", "utilizza cookie", "gebruikt cookies", "gebruiken cookies", "använder cookies", "используем cookie", "использует cookie", "файлы cookie", "pliki cookie", "plików cookie",
    ]),
    rule(Promo, Anchor::LineStart, 14, &[
        "newsletter", "podcast", "subscribe", "sign up", "join the conversation", "get updates", "get notified", "get the app", "add us", "see how", "most popular in", "live updates", "live blog", "buy", "shop", "best deals", "sponsored by", "presented by", "ad by", "ads by", "promoted by", "brought to you by", "play now", "try our", "take our", "take the quiz",
    ]),

    // Comments.
    rule(Comment, Anchor::Label, 14, &[
        "comments", "comment", "0 comments", "no comments", "leave a comment", "leave a reply", "post a comment", "add a comment", "join the discussion", "join the conversation", "view comments", "show comments", "read comments", "load comments", "comments are closed", "comments have been closed", "be the first to comment", "conversation", "view all comments", "kommentare", "kommentieren", "commentaires", "commenter", "comentarios", "comentar", "commenti", "comentários", "reacties", "комментарии", "komentarze", "yorumlar",
        "cancel reply", "reply", "your email address will not be published",
    ]),
    rule(Comment, Anchor::Start, 60, &["comments are", "please keep comments", "your email address will not be published", "you must be logged in to", "commenting on this", "this comment", "comments on this", "log in to comment", "sign in to comment", "to comment on this", "please be civil", "our comment policy", "we encourage all readers"]),

    // Sharing, menus, crumbs, tags.
    rule(Navigation, Anchor::Label, 10, &[
        "share", "share this", "share this article", "share this story", "share this post", "share article", "share on facebook", "share on twitter", "share on x", "share on linkedin", "share via email", "tweet", "tweet this", "email", "e mail", "print", "print this", "copy link", "copy url", "link copied", "copied", "save", "save article", "bookmark", "facebook", "twitter", "linkedin", "whatsapp", "telegram", "pinterest", "reddit", "instagram", "youtube", "flipboard", "email this", "email this article", "gift this article", "give this article", "open in app",
        "tags", "tag", "topics", "topic", "filed under", "posted in", "categories", "category", "in this article", "in this story", "table of contents", "contents", "jump to", "back to top", "back", "home", "menu", "search", "close", "next", "previous", "skip to content", "skip to main content", "show more", "load more", "view more", "see all", "view all", "expand", "collapse", "show less", "toggle menu", "breadcrumbs", "you are here", "view gallery", "view image in fullscreen", "enlarge", "enlarge image", "open image in gallery", "hide caption", "toggle caption", "show caption", "caption",
        "teilen", "partager", "compartir", "condividi", "compartilhar", "compartilhe", "delen", "dela", "udostępnij", "поделиться", "поділитися", "paylaş", "drucken", "imprimer", "imprimir", "stampa", "schlagworte", "mots clés", "etiquetas", "tagi", "теги", "метки", "startseite", "accueil", "inicio", "početna", "シェア", "分享", "공유",
        "report a typo", "report an error", "report this", "suggest a correction", "submit a correction", "text size", "font size", "reset", "listen to this article", "listen to article", "listen to this story", "audio", "play", "pause", "replay", "mute", "unmute", "fullscreen",
    ]),
    rule(Navigation, Anchor::LineStart, 25, &["tags:", "topics:", "filed under:", "posted in:", "categories:", "keywords:", "tagged:", "tagged with", "more in:", "in this article:", "share this", "share on", "share via", "schlagwörter:", "etiquetas:", "mots-clés:", "теги:", "tagi:", "click to share", "skip to"]),
    rule(Navigation, Anchor::LineEnd, 6, &["min read", "minute read", "minutes read", "mins read", "min de lecture", "min de lectura", "minuten lesezeit", "min lesezeit", "minutos de leitura", "minuti di lettura", "reading time", "views", "shares", "comments", "share"]),
    rule(Navigation, Anchor::LineStart, 8, &["reading time", "estimated reading time", "read time", "lesezeit", "temps de lecture", "tiempo de lectura", "tempo de leitura", "tempo di lettura", "leestijd", "czas czytania", "время чтения"]),

    // Pictures' and agencies' credits that are a line of their own.
    rule(Credit, Anchor::Whole, 6, &["ap", "afp", "reuters", "getty", "getty images", "epa", "dpa", "ansa", "efe", "xinhua", "tass", "ritzau", "ntb", "anp", "belga", "pap", "apa", "the associated press", "associated press", "agence france-presse", "file photo", "file", "stock photo", "handout", "courtesy", "courtesy photo", "supplied", "shutterstock", "istock", "ap photo", "afp photo", "reuters photo", "archivbild", "symbolbild", "foto de archivo"]),
    rule(Credit, Anchor::LineStart, 16, &["photo:", "photo by", "photos by", "photos:", "photo credit", "photo courtesy", "photograph:", "photograph by", "picture:", "pictures:", "picture by", "image:", "images:", "image credit", "image source", "image courtesy", "image by", "illustration:", "illustration by", "graphic:", "video:", "video by", "credit:", "credits:", "source:", "courtesy of", "ap photo", "afp photo", "foto:", "fotos:", "bild:", "bildquelle", "fotograf", "crédit photo", "crédits photo", "crédit :", "photo ©", "© ", "fotografía:", "crédito:", "imagen:", "imagem:", "immagine:", "фото:", "фото ", "видео:", "zdjęcie:", "fot.", "kuva:", "foto ©", "beeld:", "fotoğraf:", "φωτογραφία:", "写真:", "图片来源", "圖片來源"]),

    // Who else had a hand in it, and who wrote it.
    rule(Byline, Anchor::Start, 60, &["(reporting by", "additional reporting by", "(additional reporting by", "(writing by", "this episode was produced by", "this story was produced by", "this story was edited by", "includes information from"]),
    rule(Byline, Anchor::LineStart, 20, &["reporting by", "writing by", "editing by", "edited by", "produced by"]),
    rule(Byline, Anchor::Within, 60, &["contributed to this report", "contributed to this story", "contributed to this article", "contributed reporting"]),

    // Legal notes, loading texts, scripts' words.
    rule(Junk, Anchor::Whole, 8, &["loading", "please wait", "loading video", "loading comments", "video loading", "error", "undefined", "null", "n/a", "placeholder", "cookie settings", "manage cookies", "accept", "accept all", "accept cookies", "wird geladen", "chargement", "cargando", "caricamento", "carregando", "laden", "загрузка", "ładowanie", "yükleniyor", "読み込み中", "加载中"]),
    rule(Junk, Anchor::Start, 90, &[
        "all rights reserved", "copyright ©", "copyright 20", "copyright (c)", "(c) 20", "© 20", "© copyright", "this material may not be published", "this story has been updated", "this article was originally published", "this story was originally published", "this article has been updated", "this post was originally", "originally published", "originally appeared", "this article first appeared", "this article originally appeared", "this story first appeared", "reproduction without", "no part of this", "disclaimer", "the views expressed", "the opinions expressed", "views expressed in this",
        "javascript", "please enable javascript", "enable javascript", "your browser does not", "to view this video", "this video is not", "this browser", "you need to enable", "we use cookies", "this website uses cookies", "this site uses cookies", "cookies help us", "except for the headline", "this story has not been edited", "this is a syndicated", "quotes displayed in real-time", "market data provided by", "powered by", "correction:", "clarification:", "editor's note", "editors note",
        "alle rechte vorbehalten", "tous droits réservés", "todos los derechos", "tutti i diritti", "todos os direitos", "alle rechten", "все права", "wszelkie prawa", "tüm hakları",
    ]),
    rule(Junk, Anchor::Within, 60, &["all rights reserved", "may not be published, broadcast, rewritten", "may not be reproduced", "without written permission", "without permission", "alle rechte vorbehalten", "tous droits réservés", "todos los derechos reservados", "tutti i diritti riservati", "todos os direitos reservados", "reproduction interdite"]),
];
