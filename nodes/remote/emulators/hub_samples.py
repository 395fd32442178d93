"""The repositories that the hub's stand-in has by itself: small, of the shapes that real ones have. No real weights."""

import json
import struct
from hashlib import blake2b
from typing import Any


def samples() -> dict[str, dict[str, Any]]:
    """Repository -> its files, licence and gate."""
    return {
        "acme/tiny": {"files": _pipeline()},
        "acme/gated": {"files": _pipeline(), "gated": "manual", "licence": "other",
                       "card": {"license_name": "acme-non-commercial", "license_link": "LICENSE.md"}},
        "acme/quants": {"files": {
            "README.md": b"# Quants\n", "tiny-Q4_0.gguf": _noise("q4", 300_000),
            "tiny-Q8_0.gguf": _noise("q8", 500_000),
        }},
        "acme/ink-lora": {"files": {"README.md": b"# Ink\n", "ink.safetensors": weights("ink", 40_000)},
                          "licence": "mit"},
        "acme/old": {"files": {"model.ckpt": _noise("ckpt", 9_000), "pytorch_model.bin": _noise("bin", 9_000)}},
    }


def weights(name: str, count: int) -> bytes:
    """A sound safetensors file with one tensor of noise, ``count`` bytes long."""
    body = _noise(name, count)
    head = json.dumps({"weight": {"dtype": "U8", "shape": [count], "data_offsets": [0, count]}}).encode()
    return struct.pack("<Q", len(head)) + head + body


def _pipeline() -> dict[str, bytes]:
    """A diffusers folder, with what real ones also have: half precision, shards, pickles, code, pictures, ONNX."""
    unet, vae = "unet/diffusion_pytorch_model", "vae/diffusion_pytorch_model"
    shards = {f"text_encoder/model-0000{number}-of-00002.safetensors": weights(f"shard{number}", 60_000)
              for number in (1, 2)}
    listed = {"metadata": {"total_size": 120_000}, "weight_map": {"a": "model-00001-of-00002.safetensors",
                                                                  "b": "model-00002-of-00002.safetensors"}}
    parts = {"_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.42.1",
             "scheduler": ["diffusers", "EulerDiscreteScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
             "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"],
             "vae": ["diffusers", "AutoencoderKL"], "safety_checker": [None, None]}
    return {
        "model_index.json": json.dumps(parts).encode(), "README.md": b"# Tiny\n", "LICENSE.md": b"Do what you like.\n",
        "scheduler/scheduler_config.json": b'{"_class_name": "EulerDiscreteScheduler"}',
        "tokenizer/vocab.json": json.dumps({str(number): number for number in range(600)}).encode(),
        "tokenizer/merges.txt": b"#version: 0.2\n", "tokenizer/tokenizer_config.json": b"{}",
        "text_encoder/config.json": b'{"architectures": ["CLIPTextModel"]}',
        "text_encoder/model.safetensors.index.json": json.dumps(listed).encode(), **shards,
        "text_encoder/pytorch_model.bin": _noise("pickle", 5_000),
        "unet/config.json": b'{"_class_name": "UNet2DConditionModel"}',
        f"{unet}.safetensors": weights("unet", 400_000), f"{unet}.fp16.safetensors": weights("unet16", 200_000),
        f"{unet}.non_ema.safetensors": weights("non_ema", 400_000), f"{unet}.bin": _noise("unet.bin", 5_000),
        "vae/config.json": b'{"_class_name": "AutoencoderKL"}', f"{vae}.safetensors": weights("vae", 100_000),
        "safety_checker/model.safetensors": weights("safety", 90_000), "unet/model.onnx": _noise("onnx", 5_000),
        "tiny.safetensors": weights("single", 700_000), "pipeline.py": b"print('code')\n",
        "pictures/sample.png": b"\x89PNG\r\n\x1a\n",
    }


def _noise(name: str, count: int) -> bytes:
    """Bytes that are always the same for this name."""
    found = bytearray()
    number = 0
    while len(found) < count:
        found += blake2b(f"{name} {number}".encode()).digest()
        number += 1
    return bytes(found[:count])
