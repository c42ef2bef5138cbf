"""The guideline's definitions and its tie rules, each in two languages and more."""

import pytest

from orchestrator.triage import LABELS, offline
from orchestrator.triage.rules import RULES

DEFINED = [
    ("job_offer", "In unserer Spülküche fehlt jemand, kommt einfach vorbei"),
    ("job_offer", "Two weeks of internship in our workshop would be fine"),
    ("job_offer", "عندي مغسلة ومحتاج شخص، خليه يحكي معي"),
    ("tip", "Beim Wasserwerk werden gerade Leute gesucht, schaut mal auf die Seite"),
    ("tip", "I could look over her CV"),
    ("tip", "اسألوا مكتب العمل عن دورة"),
    ("question", "Wo genau wohnt sie denn?"),
    ("question", "Is he allowed to work?"),
    ("question", "كم عمرها؟"),
    ("encouragement", "Alles Gute für euch beide!"),
    ("encouragement", "Such a lovely idea"),
    ("encouragement", "الله يوفقها"),
    ("abuse", "So einen wie den will hier keiner"),
    ("abuse", "Deport them"),
    ("abuse", "انقلع على بلدك"),
    ("spam", "300 € am Tag von zu Hause verdienen, schreib mir auf Telegram"),
    ("spam", "Cheap followers, link in bio"),
    ("spam", "قرض بدون فوائد واتساب"),
    ("other", "Leider ist bei uns nichts frei"),
    ("other", "I left that town long ago"),
    ("other", "وأنا كمان بدور على شغل"),
]

# Number of the tie rule, label, reply.
TIES = [
    (1, "job_offer", "Hat sie einen Führerschein? Wir suchen eine Fahrerin."),
    (1, "job_offer", "Geht bei ihm auch Nachtschicht? Dann gerne."),
    (1, "job_offer", "Does he cook? We are looking for kitchen help."),
    (1, "job_offer", "Wann könnte sie anfangen? Bedarf haben wir."),
    (1, "question", "Was kann sie denn?"),
    (1, "question", "What can he do?"),
    (2, "tip", "Die Müllabfuhr sucht"),
    (2, "tip", "The post office is hiring"),
    (2, "tip", "Mein Schwager hat eine Firma, frag halt mal"),
    (2, "job_offer", "Vielleicht haben wir was für ihn, melde dich"),
    (2, "job_offer", "My dad's garage needs a mechanic"),
    (2, "tip", "بعرف مطعم يمكن يحتاج حدا، اسألوه"),
    (3, "encouragement", "@Katrin"),
    (3, "encouragement", "@Omar @Lea"),
    (3, "tip", "@Katrin ihr sucht doch wen?"),
    (3, "tip", "@Tim aren't you looking for people?"),
    (3, "job_offer", "@Katrin wär die was für uns?"),
    (3, "job_offer", "@Tim isn't he someone for our team?"),
    (4, "other", "Leider kein Platz mehr frei"),
    (4, "other", "Unfortunately we have no openings"),
    (4, "other", "للأسف ما عنا شغل"),
    (4, "tip", "Leider nichts frei, aber fragt mal bei der Gärtnerei nebenan"),
    (4, "tip", "We have nothing, but ask at the garage next door"),
    (4, "job_offer", "Fest leider nicht, aber ein Praktikum geht"),
    (4, "job_offer", "No vacancy in the office, but our workshop needs somebody"),
    (5, "abuse", "Darf gern mein Klo putzen, für einen Euro"),
    (5, "abuse", "Sure, she can clean my toilet for free lol"),
    (5, "abuse", "تعالي نظفي بيتي ببلاش يا خدامة"),
    (6, "spam", "Wir suchen dich! 400 Euro am Tag, keine Erfahrung, schreib auf Telegram"),
    (6, "spam", "Jobs in Canada, pay the processing fee first and send a scan of your passport"),
    (6, "job_offer", "Wir suchen eine Verkäuferin für unsere Bäckerei, Tel •••"),
    (6, "job_offer", "Our bakery needs an assistant, call •••"),
    (7, "job_offer", "Wir von der Zeitarbeit Nord haben drei Stellen als Packer in Celle frei"),
    (7, "tip", "Registriert euch auf unserem Portal, wir vermitteln"),
    (7, "tip", "Register with the temp agency, they place people"),
    (8, "job_offer", "Garten umgraben, bar auf die Hand, er soll sich melden"),
    (8, "job_offer", "Cash in hand, two days a week in my garden, tell him to ring me"),
    (9, "job_offer", "Wir vom Hotel Anker suchen Zimmermädchen, Bewerbung an •••"),
    (9, "tip", "https://jobs.example/4711"),
    (9, "tip", "Saw an ad in the window of the bakery"),
    (10, "tip", "Unsere Feuerwehr freut sich über Ehrenamtliche"),
    (10, "tip", "We have a spare room for him"),
    (10, "tip", "عندي غرفة للإيجار إذا بدها"),
    (10, "job_offer", "Ein Schnuppertag bei uns in der Kita ist jederzeit möglich"),
    (10, "job_offer", "She could do a trial day with us"),
    (10, "job_offer", "FSJ in unserer Schule ist noch möglich"),
    (11, "other", "Ich halte die Politik dahinter für falsch"),
    (11, "other", "I don't think this campaign is a good idea"),
    (11, "abuse", "Die nehmen uns die Arbeit weg"),
    (11, "abuse", "Germans first"),
    (11, "abuse", "halt die Klappe, du Idiot"),
    (11, "encouragement", "Lasst euch von solchen Kommentaren nicht unterkriegen"),
    (12, "abuse", "Wieso lernen die nie Deutsch??"),
    (12, "abuse", "Why don't they go back home?"),
    (12, "encouragement", "Wer kann da noch nein sagen? ❤️"),
    (12, "encouragement", "Who could say no? ❤️"),
    (13, "question", "Tolle Sache! Wie alt ist er denn?"),
    (13, "question", "Love it! Does she speak German?"),
    (13, "tip", "Viel Glück! Fragt mal beim Klinikum nach"),
    (13, "tip", "Good luck! Have you tried the hospital?"),
    (14, "other", "Ich suche selber auch Arbeit"),
    (14, "other", "I'm looking for a job too"),
    (14, "other", "ana kaman bdawer 3ala sho8l"),
    (14, "question", "Kann ich da auch mitmachen?"),
    (14, "question", "Can I join too?"),
    (15, "encouragement", "Meine Nachbarin hat vor Jahren einen eingestellt, läuft super"),
    (15, "encouragement", "My boss hired someone like him years ago, best decision ever"),
    (15, "other", "Wir hatten mal einen Praktikanten, ging nach zwei Tagen"),
    (16, "encouragement", "❤️🍀"),
    (16, "encouragement", "push"),
    (16, "encouragement", "bump"),
    (16, "abuse", "🤮"),
    (16, "abuse", "🖕🖕"),
    (16, "other", "😂😂"),
    (16, "other", "hahaha"),
    (16, "other", "?"),
    (16, "other", "ok"),
    (16, "other", "#Fulda"),
    (17, "job_offer", "3anna sho8l bel mat3am, khaleh yiji"),
    (17, "job_offer", "Mir suachat no en Koch, der soll vorbeikomma"),
    (17, "tip", "es2alo bel jobcenter"),
]


@pytest.mark.parametrize(("label", "text"), DEFINED)
def test_definition(label: str, text: str) -> None:
    """Each label is known by plain replies in German, English and Arabic."""
    assert offline().classify(text).label == label


@pytest.mark.parametrize(("rule", "label", "text"), TIES)
def test_tie_rule(rule: int, label: str, text: str) -> None:
    """Where several labels fit, the guideline's rule decides."""
    assert offline().classify(text).label == label


def test_every_rule_has_its_number() -> None:
    """Rules 1 to 16 stand in the code by number; 17 is that language plays no part."""
    told = " ".join((rule.__doc__ or "") for rule in RULES)
    assert [number for number in range(1, 17) if f"{number}:" not in told] == []
    assert {rule for rule, _, _ in TIES} == set(range(1, 18))


def test_labels_stand_in_the_order_of_priority() -> None:
    """Abuse first, then spam, offers, and so on down to the rest."""
    assert LABELS == (
        "abuse",
        "spam",
        "job_offer",
        "tip",
        "question",
        "encouragement",
        "other",
    )


@pytest.mark.parametrize("label", ["job_offer", "tip", "question"])
def test_offers_tips_and_questions_are_read(label: str) -> None:
    """Whoever may help or waits for an answer reaches a person."""
    texts = [text for each, text in DEFINED if each == label]
    assert all(offline().classify(text).queue for text in texts)


@pytest.mark.parametrize(
    "text",
    [
        "Verschwindet aus unserem Land",
        "Send them all back",
        "Cheap followers, link in bio",
        "😂",
        "Alles Gute!",
        "",
    ],
)
def test_noise_is_not_read(text: str) -> None:
    """Hate, scams, laughter, good wishes and nothing at all keep nobody busy."""
    assert not offline().classify(text).queue


def test_a_picture_alone_is_read() -> None:
    """It may be a job advert that was photographed; nothing without a picture is nothing."""
    verdict = offline().classify("", picture=True)
    assert verdict.queue
    assert verdict.why == ("picture",)
    assert offline().classify("👍", picture=True).queue
    assert not offline().classify("Alles Gute!", picture=True).queue


@pytest.mark.parametrize(
    "text",
    [
        "Ми шукаємо працівника на кухню, нехай подзвонить",
        "Lokantamızda bulaşıkçı arıyoruz, bizi arasın",
        "Szukamy pomocy w kuchni, proszę zadzwonić",
        "Nous cherchons un cuisinier pour notre restaurant",
        "ما در رستوران به یک کارگر نیاز داریم",
        "ስራ አለን ወደ እኛ ይምጣ",
        "Cerchiamo un cameriere per il nostro ristorante, buona fortuna",
    ],
)
def test_an_unknown_language_is_read(text: str) -> None:
    """No signal fits, so the rules say that they do not know, and a person looks."""
    verdict = offline().classify(text)
    assert (verdict.label, verdict.why, verdict.queue) == ("other", ("language-unknown",), True)


def test_an_offer_in_harsh_words_is_still_read() -> None:
    """What may be an offer is read although it is labelled as something else."""
    assert (
        offline()
        .classify(
            "Scheiß auf die Papiere, bei uns in der Werkstatt kann er sofort anfangen, ruf an"
        )
        .queue
    )
