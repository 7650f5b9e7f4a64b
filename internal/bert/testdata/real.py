"""Writes real.json: what ONNX Runtime and the Tokenizers library give for some
texts with the weights of bge-small-zh-v1.5, in lower case: its vocabulary has no
capital letters.

    python real.py model.onnx tokenizer.json
"""

import json
import sys

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

TEXTS = [
    "既有住宅加装电梯每台补贴多少钱?",
    "本办法自2024年1月1日起施行。",
    "既有住宅加装电梯，每台补贴二十万元。\n申请人应当在竣工后六个月内提出。",
    "A subsidy of 200,000 yuan is paid for each lift. 5G, Wi-Fi",
    "第一条 为了规范补贴资金的使用，制定本办法。" * 40,
]

spec = json.load(open(sys.argv[2]))
spec["normalizer"]["lowercase"] = True
tokenizer = Tokenizer.from_str(json.dumps(spec))
tokenizer.enable_truncation(512)
session = onnxruntime.InferenceSession(sys.argv[1])
cases = []
for text in TEXTS:
    ids = np.array([tokenizer.encode(text).ids])
    out = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)})[0][0]
    cases.append({"text": text, "ids": ids[0].tolist(), "cls": [round(float(x), 6) for x in out[0] / np.linalg.norm(out[0])]})
with open("real.json", "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases) + "\n]\n")
