"""The slow way to find what to mask: Presidio's recognisers, each over the whole text.

Offline: a blank spaCy pipeline gives words and knows no names, and the list of public
suffixes is the one that tldextract brings along.
"""

from collections.abc import Iterable, Iterator
from functools import cache

import presidio_analyzer.predefined_recognizers as known
import spacy
import tldextract
from presidio_analyzer import (
    AnalyzerEngine,
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

# What a hit must reach. Presidio's own floor for a hit beside one of its words.
ACCEPTED = 0.4

RECOGNISERS = (
    known.EmailRecognizer,
    known.CreditCardRecognizer,
    known.IbanRecognizer,
    known.IpRecognizer,
    known.MacAddressRecognizer,
    known.CryptoRecognizer,
    known.UsSsnRecognizer,
    known.UsItinRecognizer,
    known.UsMbiRecognizer,
    known.CaSinRecognizer,
    known.NhsRecognizer,
    known.UkNinoRecognizer,
    known.UkDrivingLicenceRecognizer,
    known.EsNifRecognizer,
    known.EsNieRecognizer,
    known.ItFiscalCodeRecognizer,
    known.PlPeselRecognizer,
    known.DeTaxIdRecognizer,
    known.DeSocialSecurityRecognizer,
    known.TrNationalIdRecognizer,
    known.AuAbnRecognizer,
    known.AuTfnRecognizer,
    known.AuMedicareRecognizer,
    known.FiPersonalIdentityCodeRecognizer,
    known.SePersonnummerRecognizer,
    known.InPanRecognizer,
    known.InAadhaarRecognizer,
    known.KrRrnRecognizer,
    known.SgFinRecognizer,
    known.ZaIdNumberRecognizer,
    known.PhUmidRecognizer,
)
# Found by the word beside them. Presidio's own words for these are everyday ones (us,
# number, check, save) and would make an account of every order.
BY_A_WORD = {
    known.PhoneRecognizer: ["phone", "telephone", "mobile"],
    known.UsBankRecognizer: ["account", "acct", "bank", "debit"],
    known.AbaRoutingRecognizer: ["aba", "routing"],
    known.UsPassportRecognizer: ["passport"],
    known.UkPassportRecognizer: ["passport"],
    known.InPassportRecognizer: ["passport"],
    known.EsPassportRecognizer: ["passport", "pasaporte"],
    known.UsLicenseRecognizer: ["driver", "license", "driving"],
    known.ItDriverLicenseRecognizer: ["patente"],
    known.InVoterRecognizer: ["voter"],
}


class BlankEngine(NlpEngine):
    """Words without any model; a word is its own lemma."""

    def load(self) -> None:
        self.pipeline = spacy.blank("en")

    def is_loaded(self) -> bool:
        return hasattr(self, "pipeline")

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        words = self.pipeline(text)
        return NlpArtifacts(
            entities=[],
            tokens=words,
            tokens_indices=[word.idx for word in words],
            lemmas=[word.lower_ for word in words],
            nlp_engine=self,
            language=language,
        )

    def process_batch(
        self, texts: Iterable[str], language: str, **_: object
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        return self.pipeline.vocab[word].is_stop

    def is_punct(self, word: str, language: str) -> bool:
        return self.pipeline.vocab[word].is_punct

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return ["en"]


@cache
def recognisers() -> list[EntityRecognizer]:
    """Return all as if for English: a text may speak of numbers of any country."""
    return [one(supported_language="en") for one in RECOGNISERS] + [
        one(supported_language="en", context=words) for one, words in BY_A_WORD.items()
    ]


@cache
def engine() -> AnalyzerEngine:
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    blank = BlankEngine()
    blank.load()
    return AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=recognisers()),
        nlp_engine=blank,
        context_aware_enhancer=LemmaContextAwareEnhancer(
            context_matching_mode="whole_word"
        ),
        supported_languages=["en"],
    )


def slow_hits(text: str) -> list[RecognizerResult]:
    """Return what the slow way finds, in characters."""
    return engine().analyze(
        text, language="en", score_threshold=ACCEPTED, return_decision_process=True
    )
