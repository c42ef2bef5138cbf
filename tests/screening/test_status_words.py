"""What an appeal may say of a person's life, and what of their papers."""

import pytest

from orchestrator.compose.status import tells_status


@pytest.mark.parametrize(
    "text",
    [
        "Ich habe eine Duldung und suche eine Ausbildung.",
        "Seit drei Jahren bin ich nur geduldet.",
        "Er ist in Deutschland geduldet, will aber arbeiten",
        "Mit meiner Ausbildungsduldung kann ich sofort anfangen.",
        "Ich habe eine Aufenthaltsgestattung.",
        "Mit GESTATTUNG, darf arbeiten!",
        "Mein Asylantrag läuft noch.",
        "Asylbewerber, 24, sucht Stelle im Lager.",
        "#Asyl #Arbeit",
        "Meine Aufenthaltserlaubnis gilt bis 2028.",
        "Ich habe eine Niederlassungserlaubnis",
        "Ich bin anerkannter Flüchtling.",
        "als Fluechtling anerkannt",
        "Ich habe den Flüchtlingsstatus.",
        "Ich habe subsidiären Schutz bekommen.",
        "Aufenthalt nach § 24 AufenthG",
        "Ohne Arbeit droht mir die Abschiebung.",
        "Die Ausländerbehörde muss noch zustimmen.",
        "I am an asylum seeker and a good cook.",
        "My residence permit is valid until 2028.",
        "I have refugee status.",
        "I have been only tolerated here for years.",
        "I am here under temporary protection.",
        "أنا طالب لجوء وأبحث عن عمل.",
        "قدمت طلب اللجوء قبل سنتين.",
        "لدي تصريح إقامة لثلاث سنوات.",
        "حصلت على الحماية الثانوية.",
        "أنا لاجئ معترف به.",
        "معي دولدونغ وأريد أن أعمل",
        "أخاف من الترحيل.",
    ],
)
def test_papers_are_nobodys_business(text: str) -> None:
    """Every status, in three languages, in capitals, as a hashtag or spelled out."""
    assert tells_status(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ich bin vor dem Krieg geflüchtet und habe zwei Kinder.",
        "Ich darf arbeiten und kann sofort anfangen.",
        "Ich habe eine Arbeitserlaubnis.",
        "Ich bin geduldig, freundlich und pünktlich.",
        "Unordnung wird in meiner Küche nicht geduldet.",
        "Ich gestalte Gärten; die Gestaltung von Höfen ist mein Fach.",
        "Ein Auslandsaufenthalt in Kanada hat mich geprägt.",
        "Ich putze den Aufenthaltsraum und die Gästezimmer.",
        "Im Tierheim und im Tierasyl habe ich Hunde gepflegt.",
        "Im Helferkreis Asyl übersetze ich, auch in der Asylberatung.",
        "Ehrenamtlich helfe ich in der Flüchtlingshilfe.",
        "Ich kann Waren annehmen, prüfen und verschieben.",
        "Kontakt über den Verein, Haus 24, Paragraf 1 der Satzung.",
        "I fled from the war; my daughter was born here.",
        "I am patient and tolerate stress.",
        "I work as a guide; residents and guests like me.",
        "I have a driving licence and a work permit.",
        "أبحث عن عمل في الخياطة، ويمكنني العمل فوراً.",
        "عملت خمس سنوات في فندق، وأحب إقامة الحفلات.",
        "هربت من الحرب مع عائلتي.",
        "عملت في شركة ترجمة ومكتب محاسبة.",
        "Ich habe Schutzkleidung und den Staplerschein.",
    ],
)
def test_a_life_may_be_told(text: str) -> None:
    """Flight, patience, gardens and guest rooms are no status."""
    assert not tells_status(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mein Aufenthalt ist nach § 25 gesichert.",
        "Aufenthalt gemäß §§ 16 bis 17 AufenthG",
        "Ich habe § 60a.",
        "Ich bin nach § 25 Abs. 2 anerkannt, suche Arbeit und habe einen Mietvertrag.",
        "Ich werde hier geduldet",
        "geduldet",
        "Ich habe einen Schutzstatus.",
        "Ich bin staatenlos und fleißig.",
        "Seit Mai habe ich die Blaue Karte EU.",
        "Mein Verfahren läuft noch.",
        "Ich habe nur eine Grenzübertrittsbescheinigung.",
        "Chancenaufenthalt bis 2027",
        "I am stateless.",
        "My case is still pending.",
        "أنا عديم الجنسية",
        "معي البطاقة الزرقاء",
        "Я маю тимчасовий захист.",
        "У мене посвідка на тимчасове проживання",
        "Есть ВНЖ до 2028 года",
        "У меня временная защита",
        "Üç yıllık oturma iznim var",
        "SINIR DIŞI edilmek istemiyorum",
        "من پناهجو هستم",
        "کارت اقامت سه ساله دارم",
        "بی‌تابعیت هستم",
        "Je suis demandeuse d’asile",
        "J'ai un titre de séjour de dix ans",
        "Soy solicitante de asilo",
        "Tengo permiso de residencia",
    ],
)
def test_papers_are_found_in_the_words_of_many_languages(text: str) -> None:
    """Paragraphs, papers and procedures; what people from nine languages call them."""
    assert tells_status(text)


@pytest.mark.parametrize(
    "text",
    [
        "Kleinunternehmer nach § 19 UStG",
        "Gefördert nach § 16i SGB II und § 16 Abs. 1 SGB III",
        "Sachkunde nach § 34a GewO, Bilanzen nach § 24 HGB",
        "Meine Bewerbungsverfahren laufen noch, das Anerkennungsverfahren läuft auch.",
        "Mein Verfahren zur Anerkennung meines Diploms läuft noch.",
        "Ich kenne das MIG-Schweißverfahren.",
        "Mein Aufenthalt in Kanada war schön.",
        "Ich trage blaue Arbeitskleidung und habe die Gesundheitskarte.",
        "He trabajado en un asilo de ancianos.",
        "Працювала у притулку для тварин.",
        "Kadın sığınma evinde çalıştım.",
        "J'ai une carte de conduire et dix ans d'expérience.",
        "در هتل کار کرده‌ام",
    ],
)
def test_other_laws_and_homes_are_no_status(text: str) -> None:
    """Social and tax law, applications, homes for the old and for animals."""
    assert not tells_status(text)
