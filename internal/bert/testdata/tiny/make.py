"""Makes the files beside it: an encoder of two layers with random weights, as
ONNX (32-bit and quantized), as safetensors and with its tokenizer, and what
ONNX Runtime and the Tokenizers library give for some texts.

    pip install onnx onnxruntime tokenizers numpy
    python make.py bge-small-zh-v1.5.onnx

The graph is that of the given file, as PyTorch exported it, with other numbers.
"""

import json
import struct
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

DIM, HEADS, HIDDEN, POSITIONS, LAYERS = 32, 4, 48, 40, 2

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS += list("杭州市西湖区数字经济的目标是多少年体育馆" + "體育館") + list("!。,:.-/①€")
WORDS += ["2025", "20", "##25", "##2", "##5", "1", "##1", "a", "app", "##le", "##s", "##ee", "##e", "un", "##able", "cafe", "café", "na", "##ive", "##ïve", "App", "##LE"]

TEXTS = [
    "杭州市西湖区", "数字经济的目标是多少?", "2025年,目标20.", "a", "", " \t\n ", "。", "apples App APPLE unable", "café naïve CAFÉ",
    "體育館的体育馆", "数\u200b字\u00ad经\x00济\ufffd", "[CLS]杭州[SEP]", "a" * 101 + " a", "①€ 1/1 - a-a", "杭州" * 60, "appleseeee seeee",
    "İa ΑΒΓ ß 한국", "\ufeff年\u3000年\u00a0年", "un\u0301able", "𠀀年𠀀", "２０２５年", "٣年", "a\u2028b\u0085c",
]


def shrink(model):
    """Cuts the graph down to LAYERS layers and DIM numbers."""
    g = model.graph
    keep = []
    last = f"/encoder/layer.{LAYERS - 1}/output/LayerNorm/Add_1_output_0"
    for n in g.node:
        if any(n.name.startswith(f"/encoder/layer.{i}/") for i in range(LAYERS, 10)):
            continue
        for i, o in enumerate(n.output):
            if o == last:
                n.output[i] = "last_hidden_state"
        for i, o in enumerate(n.input):
            if o == last:
                n.input[i] = "last_hidden_state"
        if n.op_type == "Constant":
            a = n.attribute[0].t
            v = numpy_helper.to_array(a)
            if v.dtype == np.int64 and v.size < 8:
                v = np.where(v == 512, DIM, np.where(v == 64, DIM // HEADS, np.where(v == 8, HEADS, v)))
            elif v.size == 1 and v == np.sqrt(64.0):
                v = np.full_like(v, np.sqrt(DIM / HEADS))
            a.CopyFrom(numpy_helper.from_array(v, a.name))
        keep.append(n)
    del g.node[:]
    g.node.extend(keep)
    used = {i for n in keep for i in n.input}
    sizes = {21128: len(WORDS), 512: DIM, 2048: HIDDEN, 2: 2}
    random = np.random.default_rng(7)
    weights = []
    for t in g.initializer:
        if t.name not in used:
            continue
        dims = [sizes[d] for d in t.dims]
        if "position_embeddings" in t.name:
            dims[0] = POSITIONS
        v = random.normal(0, 0.6 / np.sqrt(DIM) if len(dims) == 2 else 0.1, dims)
        if t.name.endswith("LayerNorm.weight"):
            v += 1
        weights.append(numpy_helper.from_array(v.astype(np.float32), t.name))
    del g.initializer[:]
    g.initializer.extend(weights)
    del g.value_info[:]
    return model


def safetensors(model):
    """The same weights as PyTorch keeps them, half of them in 16 bits."""
    names = {}
    for n in model.graph.node:
        if n.op_type == "MatMul" and n.input[1].startswith("onnx::"):
            names[n.input[1]] = n.name.strip("/").replace("/MatMul", "").replace("/", ".") + ".weight"
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for i, t in enumerate(model.graph.initializer):
        v = numpy_helper.to_array(t)
        if t.name in names:
            v = v.T
        kind, raw = "F32", np.ascontiguousarray(v).tobytes()
        if i % 3 == 1:
            kind, raw = "F16", np.ascontiguousarray(v).astype(np.float16).tobytes()
        elif i % 3 == 2:
            u = np.ascontiguousarray(v).view(np.uint32) + 0x8000
            kind, raw = "BF16", (u >> 16).astype(np.uint16).tobytes()
        name = "bert." + names.get(t.name, t.name)
        header[name] = {"dtype": kind, "shape": list(v.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def tokenizer(lowercase):
    return {
        "version": "1.0",
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": lowercase},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "pair": [],
            "special_tokens": {s: {"id": s, "ids": [WORDS.index(s)], "tokens": [s]} for s in ("[CLS]", "[SEP]")},
        },
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": {w: i for i, w in enumerate(WORDS)}},
    }


def main():
    model = shrink(onnx.load(sys.argv[1]))
    onnx.save(model, "model.onnx")
    quantize_dynamic("model.onnx", "quantized.onnx", per_channel=True, weight_type=QuantType.QInt8)
    open("model.safetensors", "wb").write(safetensors(model))
    session = onnxruntime.InferenceSession("model.onnx")
    cut = {}
    for lowercase in (False, True):
        spec = tokenizer(lowercase)
        if not lowercase:
            json.dump(spec, open("tokenizer.json", "w"), ensure_ascii=False)
        cut[lowercase] = Tokenizer.from_str(json.dumps(spec))
        cut[lowercase].enable_truncation(POSITIONS)
    cases = []
    for text in TEXTS:
        ids = np.array([cut[False].encode(text).ids])
        out = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)})[0][0]
        cls, mean = out[0] / np.linalg.norm(out[0]), out.mean(0) / np.linalg.norm(out.mean(0))
        cases.append({
            "text": text, "ids": ids[0].tolist(), "lower_ids": cut[True].encode(text).ids,
            "cls": [round(float(x), 7) for x in cls], "mean": [round(float(x), 7) for x in mean],
        })
    with open("golden.json", "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases) + "\n]\n")


main()
