"""Countries by the codes and short names of ISO 3166-1. Of the ids only 237 is known to be the real one."""

from typing import Final

_TABLE: Final = (
    "1|AF|Afghanistan;2|AX|Åland Islands;3|AL|Albania;4|DZ|Algeria;5|AS|American Samoa;6|AD|Andorra;7|AO|Angola;"
    "8|AI|Anguilla;10|AQ|Antarctica;11|AG|Antigua and Barbuda;9|AR|Argentina;12|AM|Armenia;15|AW|Aruba;"
    "13|AU|Australia;14|AT|Austria;16|AZ|Azerbaijan;17|BS|Bahamas;18|BH|Bahrain;19|BD|Bangladesh;20|BB|Barbados;"
    "22|BY|Belarus;21|BE|Belgium;23|BZ|Belize;24|BJ|Benin;25|BM|Bermuda;26|BT|Bhutan;27|BO|Bolivia;"
    "28|BQ|Bonaire, Sint Eustatius and Saba;29|BA|Bosnia and Herzegovina;31|BW|Botswana;32|BV|Bouvet Island;"
    "30|BR|Brazil;33|IO|British Indian Ocean Territory;34|BN|Brunei Darussalam;35|BG|Bulgaria;36|BF|Burkina Faso;"
    "38|BI|Burundi;39|CV|Cabo Verde;40|KH|Cambodia;41|CM|Cameroon;37|CA|Canada;42|KY|Cayman Islands;"
    "45|CF|Central African Republic;46|TD|Chad;43|CL|Chile;44|CN|China;48|CX|Christmas Island;"
    "49|CC|Cocos (Keeling) Islands;47|CO|Colombia;50|KM|Comoros;51|CG|Congo;"
    "52|CD|Congo, Democratic Republic of the;53|CK|Cook Islands;54|CR|Costa Rica;55|CI|Côte d'Ivoire;"
    "56|HR|Croatia;59|CU|Cuba;60|CW|Curaçao;61|CY|Cyprus;57|CZ|Czech Republic;58|DK|Denmark;62|DJ|Djibouti;"
    "64|DM|Dominica;65|DO|Dominican Republic;66|EC|Ecuador;63|EG|Egypt;67|SV|El Salvador;68|GQ|Equatorial Guinea;"
    "69|ER|Eritrea;70|EE|Estonia;71|SZ|Eswatini;74|ET|Ethiopia;75|FK|Falkland Islands (Malvinas);"
    "76|FO|Faroe Islands;77|FJ|Fiji;72|FI|Finland;73|FR|France;78|GF|French Guiana;79|PF|French Polynesia;"
    "80|TF|French Southern Territories;82|GA|Gabon;83|GM|Gambia;85|GE|Georgia;81|DE|Germany;86|GH|Ghana;"
    "87|GI|Gibraltar;84|GR|Greece;88|GL|Greenland;89|GD|Grenada;90|GP|Guadeloupe;91|GU|Guam;92|GT|Guatemala;"
    "93|GG|Guernsey;94|GN|Guinea;95|GW|Guinea-Bissau;96|GY|Guyana;99|HT|Haiti;"
    "102|HM|Heard Island and McDonald Islands;103|VA|Holy See;105|HN|Honduras;97|HK|Hong Kong;98|HU|Hungary;"
    "108|IS|Iceland;100|IN|India;101|ID|Indonesia;111|IR|Iran;112|IQ|Iraq;104|IE|Ireland;114|IM|Isle of Man;"
    "106|IL|Israel;107|IT|Italy;115|JM|Jamaica;109|JP|Japan;116|JE|Jersey;110|JO|Jordan;118|KZ|Kazakhstan;"
    "113|KE|Kenya;119|KI|Kiribati;120|KP|Korea, Democratic People's Republic of;117|KR|Korea, Republic of;"
    "122|KW|Kuwait;123|KG|Kyrgyzstan;124|LA|Lao People's Democratic Republic;125|LV|Latvia;121|LB|Lebanon;"
    "126|LS|Lesotho;128|LR|Liberia;129|LY|Libya;130|LI|Liechtenstein;131|LT|Lithuania;127|LU|Luxembourg;"
    "133|MO|Macao;134|MG|Madagascar;135|MW|Malawi;132|MY|Malaysia;136|MV|Maldives;137|ML|Mali;138|MT|Malta;"
    "139|MH|Marshall Islands;140|MQ|Martinique;141|MR|Mauritania;143|MU|Mauritius;144|YT|Mayotte;142|MX|Mexico;"
    "145|FM|Micronesia;146|MD|Moldova;147|MC|Monaco;148|MN|Mongolia;149|ME|Montenegro;150|MS|Montserrat;"
    "151|MA|Morocco;152|MZ|Mozambique;153|MM|Myanmar;155|NA|Namibia;156|NR|Nauru;158|NP|Nepal;154|NL|Netherlands;"
    "159|NC|New Caledonia;157|NZ|New Zealand;161|NI|Nicaragua;162|NE|Niger;160|NG|Nigeria;163|NU|Niue;"
    "164|NF|Norfolk Island;166|MK|North Macedonia;167|MP|Northern Mariana Islands;165|NO|Norway;168|OM|Oman;"
    "169|PK|Pakistan;170|PW|Palau;171|PS|Palestine, State of;172|PA|Panama;174|PG|Papua New Guinea;"
    "177|PY|Paraguay;178|PE|Peru;173|PH|Philippines;179|PN|Pitcairn;175|PL|Poland;176|PT|Portugal;"
    "181|PR|Puerto Rico;182|QA|Qatar;183|RE|Réunion;180|RO|Romania;184|RU|Russian Federation;185|RW|Rwanda;"
    "186|BL|Saint Barthélemy;187|SH|Saint Helena;188|KN|Saint Kitts and Nevis;189|LC|Saint Lucia;"
    "190|MF|Saint Martin;191|PM|Saint Pierre and Miquelon;193|VC|Saint Vincent and the Grenadines;194|WS|Samoa;"
    "195|SM|San Marino;196|ST|Sao Tome and Principe;192|SA|Saudi Arabia;199|SN|Senegal;200|RS|Serbia;"
    "201|SC|Seychelles;203|SL|Sierra Leone;197|SG|Singapore;204|SX|Sint Maarten;198|SK|Slovakia;206|SI|Slovenia;"
    "207|SB|Solomon Islands;208|SO|Somalia;202|ZA|South Africa;"
    "209|GS|South Georgia and the South Sandwich Islands;210|SS|South Sudan;205|ES|Spain;211|LK|Sri Lanka;"
    "214|SD|Sudan;215|SR|Suriname;216|SJ|Svalbard and Jan Mayen;212|SE|Sweden;213|CH|Switzerland;"
    "217|SY|Syrian Arab Republic;218|TW|Taiwan;220|TJ|Tajikistan;221|TZ|Tanzania;219|TH|Thailand;"
    "222|TL|Timor-Leste;223|TG|Togo;224|TK|Tokelau;225|TO|Tonga;227|TT|Trinidad and Tobago;228|TN|Tunisia;"
    "226|TR|Turkey;229|TM|Turkmenistan;230|TC|Turks and Caicos Islands;231|TV|Tuvalu;233|UG|Uganda;"
    "232|UA|Ukraine;235|AE|United Arab Emirates;236|GB|United Kingdom;"
    "234|UM|United States Minor Outlying Islands;237|US|United States;238|UY|Uruguay;239|UZ|Uzbekistan;"
    "240|VU|Vanuatu;241|VE|Venezuela;242|VN|Viet Nam;243|VG|Virgin Islands, British;244|VI|Virgin Islands, U.S.;"
    "245|WF|Wallis and Futuna;246|EH|Western Sahara;247|YE|Yemen;248|ZM|Zambia;249|ZW|Zimbabwe"
)


def countries() -> list[dict[str, object]]:
    """The countries of a fresh tenant, all active, as `load` takes them."""
    rows = (entry.split("|") for entry in _TABLE.split(";"))
    return [
        {
            "id": int(number),
            "countryCode": code,
            "name": name,
            "displayName": name,
            "isActive": True,
            "isDefaultCountry": code == "US",
            "addressFormatID": 1,
        }
        for number, code, name in rows
    ]
