"""What masking finds, kind by kind."""

import json

import pytest

from traces.masking import find_masks


def found(text):
    """Return kind and value of each mask, as `KIND value`."""
    raw = text.encode()
    return [
        f"{kind} {raw[start:end].decode()}" for start, end, kind in find_masks(text)
    ]


@pytest.mark.parametrize(
    "address",
    [
        "mara@example.com",
        "mia_li_3668@mail.example.co.uk",
        "first.last+tag@sub.example-site.org",
        "o'brien@example.com",
        "müller@köln.example",
        "иван@пример.рф",
        "x@xn--bcher-kva.example",
        "mara%40example.com",
        "root@10-0-0-1.internal",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "to={}&x=1", "<{}>", "邮箱{}。", "({}).", "'{}'"]
)
def test_emails(address, around):
    assert found(around.format(address)) == [f"EMAIL {address}"]


@pytest.mark.parametrize(
    "number",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111111111111111",
        "5500005555555559",
        "2223003122003222",  # Mastercard, the range since 2017
        "378282246310005",  # American Express
        "3782 822463 10005",
        "30569309025904",  # Diners
        "6011 1111 1111 1117",
        "6212345678901232",  # UnionPay
        "4222222222222",  # 13 digits
        "6304000000000000000",  # Maestro, 19
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "card {}, 12/28", "{} 123 12/28", '"{}"', "2026 {}"]
)
def test_cards(number, around):
    masks = found(around.format(number))
    assert len(masks) == 1
    assert masks[0].startswith("CARD ")
    assert number in masks[0]


@pytest.mark.parametrize(
    "number",
    [
        "DE89 3704 0044 0532 0130 00",
        "DE89370400440532013000",
        "de89370400440532013000",
        "GB82 WEST 1234 5698 7654 32",
        "NO93 8601 1117 947",
        "FR14 2004 1010 0505 0001 3M02 606",
        "MT84MALT011000012345MTLCAST001S",
        "BE68-5390-0754-7034",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "IBAN: {} 2 days ago", '{{"iban":"{}"}}', "({})"]
)
def test_ibans(number, around):
    assert found(around.format(number)) == [f"IBAN {number}"]


@pytest.mark.parametrize(
    "number",
    [
        "+49 30 901820",
        "+49 (0)30 901820",
        "+1 (415) 555-2671",
        "+1-415-555-2671",
        "+14155552671",
        "+44 20 7946 0958",
        "0049 30 901820",
        "030 901820",
        "030/901820",
        "(030) 901820",
        "0171-1234567",
        "020 7946 0958",
        "01 42 68 53 00",
        "(555) 123-4567",
        "(555)123-4567",
        "555-123-4567",
        "1-800-555-1234",
        "415.555.2671",
        "415 555 2670",
        "(11) 96123-4567",
        "98765 43210",
    ],
)
@pytest.mark.parametrize("around", ["{}", "at {}, please", '"{}"', "({})", "at {}."])
def test_phones(number, around):
    assert found(around.format(number)) == [f"PHONE {number}"]


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("United States", "856-45-6789"),
        ("United States", "856 45 6789"),
        ("United States, ITIN", "912-80-3456"),
        ("United States, Medicare", "1EG4-TE5-MK73"),
        ("Canada", "130-692-544"),
        ("United Kingdom, NHS", "943 476 5919"),
        ("United Kingdom, NINO", "AB 12 34 56 C"),
        ("United Kingdom, NINO", "AB123456C"),
        ("United Kingdom, licence", "MORGA657054SM9IJ"),
        ("Spain", "12345678Z"),
        ("Spain", "54362315-K"),
        ("Spain, NIE", "X1234567L"),
        ("Italy", "RCCMNL83S18D969H"),
        ("Poland", "44051401359"),
        ("Germany, tax", "36574261809"),
        ("Germany, social insurance", "15070649C103"),
        ("Turkey", "17291716060"),
        ("Australia, ABN", "51 824 753 556"),
        ("Australia, Medicare", "2123 45670 1"),
        ("Finland", "131052-308T"),
        ("Sweden", "880320-0016"),
        ("India, PAN", "ABCPE1234F"),
        ("India, Aadhaar", "2341 2341 2346"),
        ("Korea", "971013-7019902"),
        ("Singapore", "S1234567D"),
        ("South Africa", "7503305044089"),
        ("Brazil", "390.533.447-05"),
        ("France", "2 95 10 99 126 111 93"),
        ("Belgium", "85.07.30-033.28"),
        ("Switzerland", "756.9217.0769.85"),
        ("China", "11010519491231002X"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "the number {} is theirs", '"{}"', "{}."])
def test_identities(country, number, around):
    assert found(around.format(number)) == [f"ID {number}"]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("my SSN is 856456789", "ID 856456789"),
        ('{"user_ssn": "856456789"}', "ID 856456789"),
        ("NHS number 9434765919", "ID 9434765919"),
        ("Tax file number: 123 456 782", "ID 123 456 782"),
        ("her BSN 111222333", "ID 111222333"),
        ("passport no. 512345678", "ID 512345678"),
        ("US passport A12345678", "ID A12345678"),
        ("Reisepass C01X00T478", "ID C01X00T478"),
        ("driver's license: D1234567", "ID D1234567"),
        ("Führerschein B072RRE2I55", "ID B072RRE2I55"),
        ("account number 123456789012", "BANK 123456789012"),
        ('"account_number": 12345678', "BANK 12345678"),
        ("routing 021000021", "BANK 021000021"),
        ("phone 2125552671", "PHONE 2125552671"),
        ('{"mobile_number":"4915112345670"}', "PHONE 4915112345670"),
        ("call me: 555 0123 99", "PHONE 555 0123 99"),
    ],
)
def test_numbers_that_a_word_tells(text, masked):
    assert found(text) == [masked]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("IP", "192.168.1.20"),
        ("IP", "2001:db8::8a2e:370:7334"),
        ("IP", "2001:0db8:85a3:0000:0000:8a2e:0370:7334"),
        ("IP", "::ffff:10.0.0.1"),
        ("IP", "fe80::1"),
        ("MAC", "00:1A:2b:3c:4d:5e"),
        ("MAC", "00-1A-2B-3C-4D-5E"),
        ("MAC", "001a.2b3c.4d5e"),
        ("CRYPTO", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
        ("CRYPTO", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
        ("CRYPTO", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"),
        ("CRYPTO", "0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "from {} today", '["{}"]', "({}),"])
def test_addresses_of_machines_and_wallets(kind, value, around):
    assert found(around.format(value)) == [f"{kind} {value}"]


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/a?token=abc",
        "https://x.example/a?x=1&access_token=abc",
        "https://x.example/cb#id_token=abc",
        "https://user:pw@x.example/",
        "postgresql://me:p%40ss@db:5432/x",
        "https://b.s3.amazonaws.com/k?X-Amz-Credential=a&X-Amz-Signature=b",
        "https://a.blob.core.windows.net/c/b?sv=2022&sig=abcdefgh",
        "https://hooks.slack.com/services/T0/B0/abc",
        "https://x.example/reset/aB3dE5fG7hI9jK1lM3nO5",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "see {}.", "<{}>", '{{"u": "{}"}}', "[x]({})"]
)
def test_urls_that_let_in(url, around):
    assert found(around.format(url)) == [f"URL {url}"]


@pytest.mark.parametrize(
    "key",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_0123456789abcdefghijABCDEFGHIJ012345",
        "github_pat_11ABCDEFG0abcdefghijkl_mnop",
        "xoxb-1234567890-abcdefghij",
        "sk_live_0123456789abcdef",
        "sk-proj-abcdefghij0123456789",
        "sk-ant-api03-abcdefghij0123456789",
        "AIzaSyA0123456789abcdefghijklmnopqrstuv",
        "rva_abcdefghij0123456789",
        "rvp_abcdefghij0123456789",
        "whsec_abcdefghij0123456789",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "use {} for it", '"{}"', "X-Key: {}\nHost: y"]
)
def test_keys_by_their_shape(key, around):
    assert found(around.format(key)) == [f"SECRET {key}"]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("4111\u00a01111\u00a01111\u00a01111", "CARD"),
        ("DE89\u202f3704\u202f0044\u202f0532\u202f0130\u202f00", "IBAN"),
        ("555\u2011123\u20114567", "PHONE"),
        ("856\u201345\u20136789", "ID"),
    ],
)
def test_numbers_as_they_are_typeset(text, masked):
    assert found(f"Grüße {text}, ok") == [f"{masked} {text}"]
    assert found(json.dumps(f"ü {text}.")) == [f"{masked} {json.dumps(text)[1:-1]}"]


def test_private_keys_whole_and_cut_off():
    block = "-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: a,B\n\nMII+/=\n"
    closing = "-----END RSA PRIVATE KEY-----"
    assert found(f"a {block}{closing} b") == [f"SECRET {block}{closing}"]
    assert found(f"a {block}") == [f"SECRET {block}"]
    escaped = json.dumps({"key": block + closing})
    assert found(escaped) == [f"SECRET {escaped[9:-2]}"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("password: hunter2 ok", "hunter2"),
        ("Password = hunter2", "hunter2"),
        ("the password is hunter2!", "hunter2"),
        ('{"password":"correct horse"}', "correct horse"),
        ("{'db_password': 'pw1'}", "pw1"),
        ("<password>pw1</password>", "pw1"),
        ("user=a&password=pw1&x=1", "pw1"),
        ("DB_PASSWORD=pw1 run", "pw1"),
        ("--api-key=abc123def", "abc123def"),
        ('"api_key": "abcdef"', "abcdef"),
        ('"client_secret" : "abcdef"', "abcdef"),
        ("Authorization: Bearer abc123def", "abc123def"),
        ("Authorization: Basic dXNlcjpwdzE=", "dXNlcjpwdzE="),
        ('"Authorization": "Bearer abc"', "abc"),
        ("Cookie: sid=abc; theme=dark\nHost: x", "sid=abc; theme=dark"),
        ("token=9f8e7d6c5b4a", "9f8e7d6c5b4a"),
        ("secret: kJ8-x_2q", "kJ8-x_2q"),
        ("my PIN is 4711", "4711"),
        ("CVV: 123", "123"),
        ('password="cut off', "cut off"),
        ("mysql --password hunter2 -h db", "hunter2"),
        ("tool --db-password 'pw1'", "pw1"),
        ("curl -u me:hunter https://x.example", "hunter"),
        ('password: "hunter2\nand a "quoted" word', "hunter2"),
        ('the password is "open sesame"', "open sesame"),
    ],
)
def test_secrets_by_their_name(text, value):
    assert found(text) == [f"SECRET {value}"]


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_values_inside_json_however_deep(depth, ascii_only):
    text = 'Grüße\nmara@example.com\t4111111111111111 "+49 30 901820"'
    document = {"note": text, "password": 'a "b" \\ c', "url": "https://x.example"}
    for _ in range(depth):
        document = json.dumps(document, ensure_ascii=ascii_only)
    kinds = [kind for _, _, kind in find_masks(document)]
    assert kinds == ["EMAIL", "CARD", "PHONE", "SECRET"]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (r'"mara\u0040example.com"', r"EMAIL mara\u0040example.com"),
        (r'"x\nmara@example.com\n"', "EMAIL mara@example.com"),
        (r'"\u002b49 30 901820"', r"PHONE \u002b49 30 901820"),
        (r'"\u00fc mara@example.com"', "EMAIL mara@example.com"),
        (r'"\ud83d\ude00 mara@example.com"', "EMAIL mara@example.com"),
        (r'"\u90ae\ud83d\ude00\u00fcbo@example.com"', r"EMAIL \u00fcbo@example.com"),
        (r'"\ud83d\u00fcbo@example.com"', r"EMAIL \u00fcbo@example.com"),
        (r'"m@example.co\u006d\u0020\u00fc"', r"EMAIL m@example.co\u006d"),
        (r'"https:\/\/x.example\/?token=a1"', r"URL https:\/\/x.example\/?token=a1"),
        (
            r'"https://x.example/?a=1\u0026token=b2"',
            r"URL https://x.example/?a=1\u0026token=b2",
        ),
    ],
)
def test_escapes_are_read_and_masked_whole(text, masked):
    assert found(text) == [masked]


@pytest.mark.parametrize(
    "told", ["PHONE +/6834000", "ID 900-70-0000", "ID 912-70-1234"]
)
def test_what_the_slow_way_found_first(told):
    """Finds of the comparison with it, kept so that they are looked at every time."""
    assert found(f"it is {told.partition(' ')[2]} today") == [told]
