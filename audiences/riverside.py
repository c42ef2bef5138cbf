"""Rivers, lakes and landscapes that people write behind towns whose own names do without them.

Only what is said here is believed: the Rhine touches the state of Hamm in Westfalen, but not Hamm.
"""

from audiences.fold import fold

_SHORTEST_STEM = 4
# Towns by their whole official name, of which no other word was typed.
_TOWNS = {
    "rhein": "konstanz schaffhausen kehl karlsruhe speyer mannheim worms mainz wiesbaden koblenz"
    " andernach neuwied bonn köln leverkusen düsseldorf neuss krefeld duisburg wesel emmerich"
    " boppard remagen chur nierstein oppenheim germersheim",
    "bodensee": "konstanz friedrichshafen bregenz überlingen meersburg arbon romanshorn"
    " kreuzlingen lochau hard",
    "donau": "ulm neu-ulm ingolstadt regensburg straubing passau linz wien tulln melk deggendorf"
    " tuttlingen sigmaringen donauwörth kelheim günzburg",
    "neckar": "stuttgart heidelberg mannheim heilbronn tübingen nürtingen plochingen rottweil"
    " eberbach ladenburg wernau",
    "main": "hanau aschaffenburg würzburg schweinfurt bamberg bayreuth lichtenfels rüsselsheim"
    " wertheim miltenberg kitzingen raunheim hattersheim",
    "tauber": "wertheim tauberbischofsheim weikersheim",
    "isar": "münchen landshut freising dingolfing bad-tölz",
    "inn": "innsbruck rosenheim passau kufstein wasserburg schärding imst landeck schwaz"
    " flintsbach",
    "lech": "augsburg füssen reutte kaufering",
    "iller": "memmingen",
    "salzach": "salzburg hallein burghausen",
    "regnitz": "bamberg erlangen fürth forchheim",
    "pegnitz": "nürnberg fürth hersbruck",
    "elbe": "dresden meißen riesa torgau magdeburg hamburg geesthacht stade glückstadt"
    " wittenberge tangermünde pirna dessau cuxhaven coswig radebeul hitzacker",
    "oder": "eisenhüttenstadt bad-freienwalde",
    "neisse": "görlitz guben zittau",
    "spree": "cottbus fürstenwalde bautzen spremberg",
    "havel": "potsdam rathenow oranienburg zehdenick groß-kreutz",
    "weser": "bremen bremerhaven hameln holzminden höxter nordenham vlotho",
    "aller": "celle gifhorn",
    "leine": "hannover göttingen einbeck northeim",
    "ems": "emden lingen meppen papenburg rheine greven",
    "hase": "osnabrück bramsche",
    "fulda": "kassel fulda bad-hersfeld melsungen",
    "werra": "eschwege witzenhausen meiningen hildburghausen",
    "lahn": "marburg gießen wetzlar weilburg bad-ems lahnstein diez",
    "ruhr": "essen duisburg hattingen witten schwerte arnsberg meschede bochum",
    "lippe": "hamm lünen dorsten lippstadt wesel",
    "sieg": "siegen siegburg troisdorf katzwinkel selbach",
    "wupper": "wuppertal leverkusen",
    "mosel": "trier koblenz cochem bernkastel-kues konz wittlich graach",
    "nahe": "bad-kreuznach idar-oberstein kirn",
    "ahr": "blankenheim bad-neuenahr-ahrweiler sinzig",
    "saar": "saarbrücken saarlouis völklingen merzig dillingen mettlach konz",
    "blies": "homburg st-ingbert",
    "saale": "jena naumburg weißenfels merseburg hof rudolstadt bernburg calbe",
    "unstrut": "mühlhausen sömmerda artern nebra",
    "ilm": "weimar ilmenau apolda",
    "elster": "gera greiz zeitz",
    "mulde": "zwickau grimma wurzen bitterfeld-wolfen eilenburg",
    "aare": "bern thun solothurn olten aarau brugg",
    "limmat": "zürich baden dietikon",
    "reuss": "luzern bremgarten",
    "zuerichsee": "zürich horgen wädenswil meilen stäfa männedorf thalwil",
    "rhone": "visp brig sion sierre",
    "mur": "graz leoben judenburg",
    "drau": "villach",
    "enns": "steyr",
    "traun": "wels gmunden",
    "ostsee": "kiel lübeck rostock stralsund greifswald wismar flensburg behrensdorf glücksburg"
    " hohwacht kellenhusen",
    "nordsee": "cuxhaven wilhelmshaven husum emden",
    "allgaeu": "kaufbeuren füssen sonthofen memmingen",
    "schwarzwald": "freudenstadt calw nagold triberg schramberg",
    "harz": "goslar wernigerode quedlinburg halberstadt blankenburg nordhausen thale ilsenburg"
    " wulften",
    "erzgebirge": "annaberg-buchholz aue marienberg schneeberg freiberg",
    "vogtland": "plauen greiz oelsnitz adorf",
    "lausitz": "cottbus bautzen hoyerswerda senftenberg görlitz kamenz",
    "oberlausitz": "görlitz bautzen zittau löbau kamenz",
    "sauerland": "arnsberg meschede lüdenscheid iserlohn winterberg olpe brilon eslohe menden"
    " sundern",
    "siegerland": "siegen",
    "muensterland": "münster coesfeld ahaus borken dülmen",
    "eifel": "daun prüm bitburg gerolstein monschau schleiden euskirchen",
    "ruhrgebiet": "essen dortmund bochum duisburg gelsenkirchen oberhausen herne bottrop",
    "niederrhein": "kleve geldern moers xanten wesel goch voerde",
    "westfalen": "münster bielefeld dortmund bochum hamm hagen siegen minden paderborn gütersloh"
    " herford herne recklinghausen gelsenkirchen iserlohn lüdenscheid arnsberg witten detmold"
    " lippstadt soest unna ahlen beckum rheine höxter bocholt coesfeld bottrop lünen werther",
    "rheinland": "köln bonn düsseldorf aachen krefeld neuss leverkusen duisburg langenfeld"
    " leichlingen",
    "pfalz": "kaiserslautern speyer pirmasens zweibrücken germersheim kusel bad-dürkheim"
    " eisenberg lambrecht",
    "taunus": "oberursel idstein",
    "vogelsberg": "lauterbach schotten alsfeld",
    "rhoen": "fulda hünfeld gersfeld zella",
    "ostfriesland": "aurich emden norden wittmund",
    "emsland": "lingen meppen papenburg",
    "oberbayern": "münchen ingolstadt rosenheim freising traunstein erding dachau",
    "niederbayern": "landshut passau straubing deggendorf",
    "oberpfalz": "regensburg amberg schwandorf cham",
    "oberfranken": "bamberg bayreuth coburg hof kulmbach kronach heiligenstadt",
    "mittelfranken": "nürnberg fürth erlangen ansbach schwabach",
    "unterfranken": "würzburg aschaffenburg schweinfurt",
    "schwaben": "augsburg memmingen kaufbeuren krumbach",
    "holstein": "kiel lübeck neumünster itzehoe elmshorn pinneberg eutin",
    "schleswig": "flensburg husum",
    "vorpommern": "greifswald stralsund anklam pasewalk",
    "mecklenburg": "schwerin rostock wismar güstrow neubrandenburg",
    "uckermark": "prenzlau templin angermünde",
    "prignitz": "perleberg wittenberge pritzwalk groß-pankow",
    "altmark": "stendal salzwedel gardelegen",
    "eichsfeld": "heilbad-heiligenstadt leinefelde-worbis",
    "westerwald": "bad-marienberg elsoff horhausen",
    "hunsrueck": "ellern külz",
    "sylt": "hörnum",
    "rheinhessen": "jugenheim",
    "niederlausitz": "massen",
    "bode": "oschersleben",
    "darss": "wieck",
}
_SHORT = {
    **{"westf": "westfalen", "allg": "allgaeu", "obb": "oberbayern", "ndb": "niederbayern"},
    **{"nb": "niederbayern", "opf": "oberpfalz", "ofr": "oberfranken", "mfr": "mittelfranken"},
    **{"ufr": "unterfranken", "holst": "holstein", "meckl": "mecklenburg", "vogtl": "vogtland"},
    **{"erzgeb": "erzgebirge", "rhld": "rheinland", "ostfr": "ostfriesland", "ol": "oberlausitz"},
    **{"schwarzw": "schwarzwald", "o l": "oberlausitz", "schwab": "schwaben"},
}
_LIES_AT = {
    landscape: frozenset(fold(town) for town in towns.split())
    for landscape, towns in _TOWNS.items()
}


def lies_at(town: str, landscape: str) -> bool:
    """Tell whether a town of this whole name is known to lie at what was typed behind it."""
    word = _SHORT.get(landscape, landscape)
    if word in _LIES_AT or len(word) < _SHORTEST_STEM:
        return fold(town) in _LIES_AT.get(word, ())
    return any(fold(town) in _LIES_AT[name] for name in _LIES_AT if name.startswith(word))
