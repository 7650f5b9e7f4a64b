"""Makes the files beside it: a small Unigram tokenizer as XLM-RoBERTa has one,
trained on the seed documents and a few lines in other scripts, an encoder with
random weights for it, and what the Tokenizers library and NumPy give for some
texts.

    pip install sentencepiece tokenizers numpy
    python make.py
"""

import base64
import glob
import json
import random
import struct
import tempfile
import unicodedata

import numpy as np
import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer

PIECES = 1700
DIM, HEADS, HIDDEN, POSITIONS, LAYERS = 48, 12, 64, 40, 2
SEEDS = "../../../../seeds/*"

LINES = """The subsidy for each lift is 200,000 yuan, paid within six months.
What is the goal for the digital economy in 2025? Who may apply, and where?
體育館對外開放，每日不少於三小時。數字經濟
Субсидия выплачивается в течение шести месяцев после ввода в эксплуатацию.
يدفع الدعم خلال ستة أشهر من تاريخ التشغيل
सहायता राशि छह महीने के भीतर दी जाती है
เงินอุดหนุนจะจ่ายภายในหกเดือน
보조금은 완공 후 여섯 달 안에 지급된다
補助金は完成から六か月以内に支払われる。ガギグゲゴ
La subvention est versée sous six mois après l'achèvement, où qu'il soit.
Die Förderung wird binnen sechs Monaten ausgezahlt, größer, schöner.
""" * 20

TEXTS = [
    "query: 既有住宅加装电梯每台补贴多少钱?", "passage: 本办法自2024年1月1日起施行。", "", " ", "   ", "\t\n", "a", "。", "▁", "▁▁a ▁b", "a▁b",
    "  leading and trailing  ", "two  spaces   three", "line\nbreak\r\nand\ttab", "no\u00a0break\u3000wide\u2003em\u200bzero",
    "２０２５年，ＡＢＣ（ｘ）！", "ﾊﾝｶｸ ｶﾞｷﾞ ｶﾞ", "ﬁne ﬂow ㎡ ㈱ ① Ⅳ ½ ªº ﷺ ℃", "Å Å Å é é ê̄ a\u0301\u0323", "ª\u0301 ①\u0301 ½\ufe0f Ａ\u0301 ﬁ\u0301 ª\u200db º\u0903",
    "👩‍👩‍👧‍👦 🇨🇳🇩🇪 👍🏽 ☎️ ©️ 1️⃣ #️⃣", "体育館 體育馆 數字經濟", "𠀀𠮷野家 龘靐", "Субсидия за шесть месяцев", "يدفع الدعم", "सहायता क्षेत्र राशि", "เงินอุดหนุน กำ", "보조금은 각", "각 한",
    "補助金はガ行ガ行", "größer Straße où l'achèvement", "\ufeffbom \u00adsoft\u00adhyphen \u2028line\u2029para", "\x00\x01\x7f\x85 a\x00b", "\ufffd\ufffd x\ufffd", "\ue000 private \U000f0000",
    "杭州" * 60, "subsidy " * 50, "龘" * 100, "a" * 300, "<0x41> <0xE9> <x>", "...!!!???,,,", "第一条 为了规范补贴资金的使用，制定本办法。" * 10, "2025-01-01 12:30 100%",
    "\u0301a \u0301", "\u200d\u200ca\u200c", "\r\n\r\n\n\r", "x\u0e33y\u0eb3", "a\U000e0100b", "か\u3099は\u309a", "\u0600 1\u06dd2",
]


def rules():
    """A part of Unicode's NFKC and of SentencePiece's rules, one a line."""
    found = {}
    ranges = [(0xA0, 0x180), (0x1E00, 0x1E30), (0x2000, 0x2070), (0x2100, 0x2140), (0x2150, 0x2190), (0x2460, 0x2480), (0x3040, 0x3100),
              (0x3200, 0x3220), (0x3380, 0x33B0), (0xF900, 0xF910), (0xFB00, 0xFB07), (0xFDF2, 0xFDFB), (0xFF01, 0xFFA0), (0x0E33, 0x0E34), (0x2F800, 0x2F805)]
    for first, end in ranges:
        for c in map(chr, range(first, end)):
            to = unicodedata.normalize("NFKC", c)
            if to != c:
                found[c] = to
            apart = unicodedata.normalize("NFD", c)
            if apart not in (c, to):
                found[apart] = to
    for c in "\t\n\r\u00a0\u1680\u2000\u2003\u200e\u200f\u2028\u2029\u3000\ufeff\u200b":
        found[c] = " "
    for c in "\x01\x02\x07\x7f\x8f\xad\u200c":
        found[c] = ""
    return "".join("%s\t%s\n" % (" ".join("%X" % ord(x) for x in a), " ".join("%X" % ord(x) for x in b)) for a, b in sorted(found.items()))


def train():
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/rules.tsv", "w") as f:
            f.write(rules())
        with open(folder + "/text", "w") as f:
            f.write(LINES)
            for name in sorted(glob.glob(SEEDS)):
                f.write(open(name, errors="ignore").read().replace("\0", ""))
        sentencepiece.SentencePieceTrainer.train(
            input=folder + "/text", model_prefix=folder + "/m", vocab_size=PIECES, character_coverage=0.98, hard_vocab_limit=False, num_threads=1,
            max_sentencepiece_length=12, byte_fallback=True, pad_id=3, normalization_rule_tsv=folder + "/rules.tsv", minloglevel=2)
        m = sentencepiece_model_pb2.ModelProto()
        m.ParseFromString(open(folder + "/m.model", "rb").read())
    return m


def tokenizer(m):
    """As transformers converts XLM-RoBERTa's, with SentencePiece's first three
    pieces in another order."""
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(p.piece, round(p.score, 4)) for p in m.pieces[4:]] + [("<mask>", 0.0)]
    marks = {"<s>": 0, "</s>": 2}
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": i, "content": pieces[i][0], "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            for i in (0, 1, 2, 3, len(pieces) - 1)
        ],
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(m.normalizer_spec.precompiled_charsmap).decode()},
            {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
        ]},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {s: {"id": s, "ids": [i], "tokens": [s]} for s, i in marks.items()},
        },
        "model": {"type": "Unigram", "unk_id": 3, "vocab": pieces, "byte_fallback": False},
    }


def variants(file):
    """The parts of the file that others have otherwise."""
    charsmap = file["normalizer"]["normalizers"][0]
    white = {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}]}
    return {
        "as filed": {},
        "words parted by white space": {"normalizer": charsmap, "pre_tokenizer": white},
        "words whole and unmarked": {"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": False}},
        "an older file": {
            "model": {"type": None},
            "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": True, "add_prefix_space": False},
            "normalizer": charsmap,
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "str_rep": "▁", "add_prefix_space": True}]},
        },
        "only the first word marked": {"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False}},
        "NFKC": {"normalizer": {"type": "Sequence", "normalizers": [
            {"type": "NFKC"}, {"type": "Strip", "strip_left": False, "strip_right": True}, {"type": "Replace", "pattern": {"String": "``"}, "content": '"'}]}},
        "nothing prepared": {"normalizer": None},
        "unknown bytes": {"model": {"byte_fallback": True}},
    }


def scramble():
    """Texts at random from what is hard."""
    r = random.Random(5)
    pool = [t for text in TEXTS for t in text[:60]] + list("\u0301\u0308\u3099\u200d\ufe0f\u093f ▁ ªº①ﬁＡｶﾞ") * 3
    return ["".join(r.choice(pool) for _ in range(r.randrange(1, 25))) for _ in range(120)]


def weights(rows):
    """A BERT's tensors, the words in 16 bits."""
    r = np.random.default_rng(11)
    t = {}

    def add(name, *shape):
        v = r.normal(0, 0.6 / np.sqrt(DIM) if len(shape) == 2 else 0.1, shape)
        t[name] = (v + name.endswith("LayerNorm.weight")).astype(np.float32)

    add("embeddings.word_embeddings.weight", rows, DIM)
    t["embeddings.word_embeddings.weight"] = t["embeddings.word_embeddings.weight"].astype(np.float16)
    add("embeddings.position_embeddings.weight", POSITIONS, DIM)
    add("embeddings.token_type_embeddings.weight", 2, DIM)
    add("embeddings.LayerNorm.weight", DIM)
    add("embeddings.LayerNorm.bias", DIM)
    for i in range(LAYERS):
        at = f"encoder.layer.{i}."
        for name, shape in {"attention.self.query": (DIM, DIM), "attention.self.key": (DIM, DIM), "attention.self.value": (DIM, DIM),
                            "attention.output.dense": (DIM, DIM), "attention.output.LayerNorm": (DIM,), "intermediate.dense": (HIDDEN, DIM),
                            "output.dense": (DIM, HIDDEN), "output.LayerNorm": (DIM,)}.items():
            add(at + name + ".weight", *shape)
            add(at + name + ".bias", shape[0])
    return t


def save(t):
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, v in t.items():
        header[name] = {"dtype": "F16" if v.dtype == np.float16 else "F32", "shape": list(v.shape), "data_offsets": [len(body), len(body) + v.nbytes]}
        body += v.tobytes()
    text = json.dumps(header).encode()
    open("model.safetensors", "wb").write(struct.pack("<Q", len(text)) + text + body)


def embed(t, ids, heads):
    """Devlin et al., 2018, in 64 bits: the mean over the tokens, of length 1."""
    erf = np.vectorize(__import__("math").erf)

    def linear(x, name):
        return x @ t[name + ".weight"].astype(float).T + t[name + ".bias"]

    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12) * t[name + ".weight"] + t[name + ".bias"]

    x = t["embeddings.word_embeddings.weight"][ids].astype(float) + t["embeddings.position_embeddings.weight"][: len(ids)] + t["embeddings.token_type_embeddings.weight"][0]
    x = norm(x, "embeddings.LayerNorm")
    dim, i = x.shape[1], 0
    width = dim // heads
    while (at := f"encoder.layer.{i}.") + "output.dense.bias" in t:
        i += 1
        q, k, v = (linear(x, at + "attention.self." + n).reshape(-1, heads, width).transpose(1, 0, 2) for n in ("query", "key", "value"))
        s = q @ k.transpose(0, 2, 1) / np.sqrt(width)
        s = np.exp(s - s.max(-1, keepdims=True))
        mixed = (s / s.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(-1, dim)
        x = norm(x + linear(mixed, at + "attention.output.dense"), at + "attention.output.LayerNorm")
        h = linear(x, at + "intermediate.dense")
        h = h / 2 * (1 + erf(h / np.sqrt(2)))
        x = norm(x + linear(h, at + "output.dense"), at + "output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


def main():
    file = tokenizer(train())
    json.dump(file, open("tokenizer.json", "w"), ensure_ascii=False, indent=0)
    t = weights(len(file["model"]["vocab"]) + 3)
    save(t)
    lines = []
    for name, change in variants(file).items():
        changed = dict(file)
        for part, value in change.items():
            changed[part] = {k: v for k, v in {**file[part], **value}.items() if v is not None} if part == "model" else value
        cut = Tokenizer.from_str(json.dumps(changed))
        cut.encode_special_tokens = True  # marks in a text are text
        cases = []
        for text in TEXTS + scramble():
            case = {"text": text, "ids": cut.encode(text).ids}
            if not change and text in TEXTS:
                ids = case["ids"] if len(case["ids"]) <= POSITIONS else case["ids"][: POSITIONS - 1] + [2]
                case["mean"] = [round(float(x), 7) for x in embed(t, ids, HEADS)]
            cases.append(json.dumps(case, ensure_ascii=True))
        lines.append('{"name": %s, "change": %s, "cases": [\n%s\n]}' % (json.dumps(name), json.dumps(change, ensure_ascii=False), ",\n".join(cases)))
    open("golden.json", "w").write("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
