"""Tiny Wan models under the names of the published files, which are not those of diffusers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.nodes.local.tiny import LETTERS
from tests.nodes.local.tiny_flux import write_base

WIDTH = 32
OUT = (
    ("condition_embedder.time_embedder.linear_1", "time_embedding.0"),
    ("condition_embedder.time_embedder.linear_2", "time_embedding.2"),
    ("condition_embedder.text_embedder.linear_1", "text_embedding.0"),
    ("condition_embedder.text_embedder.linear_2", "text_embedding.2"),
    ("condition_embedder.time_proj", "time_projection.1"),
    ("condition_embedder.image_embedder.norm1", "img_emb.proj.0"),
    ("condition_embedder.image_embedder.ff.net.0.proj", "img_emb.proj.1"),
    ("condition_embedder.image_embedder.ff.net.2", "img_emb.proj.3"),
    ("condition_embedder.image_embedder.norm2", "img_emb.proj.4"),
    ("condition_embedder.image_embedder.pos_embed", "img_emb.emb_pos"),
    ("attn1", "self_attn"), ("attn2", "cross_attn"), (".norm_added_k.", ".norm_k_img."), (".add_k_proj.", ".k_img."),
    (".add_v_proj.", ".v_img."), (".to_out.0.", ".o."), (".to_q.", ".q."), (".to_k.", ".k."), (".to_v.", ".v."),
    ("ffn.net.0.proj", "ffn.0"), ("ffn.net.2", "ffn.2"), ("norm2", "norm__"), ("norm3", "norm2"), ("norm__", "norm3"),
)
VACE = (("proj_in", "before_proj"), ("proj_out", "after_proj"))


def wan_names(weights: Mapping[str, Any]) -> dict[str, Any]:
    """A transformer as Wan published it: ``blocks.0.self_attn.q.weight``."""
    found = {}
    for name, weight in weights.items():
        if name.startswith("scale_shift_table"):
            name = "head.modulation"
        elif name.startswith("proj_out"):
            name = name.replace("proj_out", "head.head")
        name = name.replace("scale_shift_table", "modulation")
        for new, old in (*OUT, *(VACE if name.startswith("vace_blocks") else ())):
            name = name.replace(new, old)
        found[name] = weight
    return found


def animate_names(weights: Mapping[str, Any]) -> dict[str, Any]:
    """The transformer of Wan Animate as it was published."""
    import torch

    found: dict[str, Any] = {}
    for name, weight in weights.items():
        if ".to_v." in name and name.startswith("face_adapter"):
            continue
        if name.startswith("face_adapter") and ".to_k." in name:
            weight = torch.cat([weight, weights[name.replace(".to_k.", ".to_v.")]])
            name = name.replace(".to_k.", ".linear1_kv.")
        if name.startswith("face_adapter"):
            name = f"face_adapter.fuser_blocks.{name.removeprefix('face_adapter.')}"
            for new, old in ((".norm_k.", ".k_norm."), (".norm_q.", ".q_norm."), (".to_q.", ".linear1_q."),
                             (".to_out.", ".linear2.")):
                name = name.replace(new, old)
            found[name] = weight
        elif name.startswith("face_encoder"):
            for conv in ("conv1_local", "conv2", "conv3"):
                name = name.replace(f".{conv}.", f".{conv}.conv.")
            found[name] = weight
        elif name.startswith("motion_encoder"):
            found |= dict([_motion(name, weight)])
        else:
            found |= wan_names({name: weight})
    return found


def _motion(name: str, weight: Any) -> tuple[str, Any]:
    convs = "motion_encoder.enc.net_app.convs."
    for new, old in (("motion_encoder.motion_synthesis_weight", "motion_encoder.dec.direction.weight"),
                     ("motion_encoder.conv_in.weight", f"{convs}0.0.weight"),
                     ("motion_encoder.conv_in.act_fn.bias", f"{convs}0.1.bias"),
                     ("motion_encoder.conv_out.weight", f"{convs}8.weight"),
                     ("motion_encoder.motion_network", "motion_encoder.enc.fc")):
        name = name.replace(new, old)
    if ".res_blocks." in name:
        block, rest = name.split(".res_blocks.")[1].split(".", 1)
        inner = {"conv1.weight": "conv1.0.weight", "conv1.act_fn.bias": "conv1.1.bias",
                 "conv2.weight": "conv2.1.weight", "conv2.act_fn.bias": "conv2.2.bias",
                 "conv_skip.weight": "skip.1.weight"}[rest]
        name = f"{convs}{int(block) + 1}.{inner}"
    if name.startswith(convs) and name.endswith(".bias"):
        weight = weight.view(1, -1, 1, 1)
    return name, weight


def vae_names(weights: Mapping[str, Any], nested: bool) -> dict[str, Any]:
    """A VAE as Wan published it; ``nested`` for that of 2.2."""
    found = {}
    for name, weight in weights.items():
        for new, old in ((".norm1.", ".residual.0."), (".conv1.", ".residual.2."), (".norm2.", ".residual.3."),
                         (".conv2.", ".residual.6."), (".conv_shortcut.", ".shortcut."), (".conv_in.", ".conv1."),
                         (".norm_out.", ".head.0."), (".conv_out.", ".head.2."), ("post_quant_conv.", "conv2."),
                         ("quant_conv.", "conv1."), ("mid_block.attentions.0.", "middle.1."),
                         ("mid_block.resnets.0.", "middle.0."), ("mid_block.resnets.1.", "middle.2.")):
            name = name.replace(new, old)
        found[_placed(name, nested)] = weight
    return found


def _placed(name: str, nested: bool) -> str:
    pieces = name.split(".")
    if "up_blocks" not in name and "down_blocks" not in name:
        return name
    half, kind, block, rest = pieces[0], pieces[1].split("_")[0] + "samples", int(pieces[2]), pieces[3:]
    if nested:
        last = {"downsamples": 2, "upsamples": 3}[kind]
        inner = rest[1:] if rest[0] in ("downsampler", "upsampler") else rest[2:]
        at = last if rest[0] in ("downsampler", "upsampler") else int(rest[1])
        return ".".join([half, kind, str(block), kind, str(at), *inner])
    if half == "encoder":
        return ".".join([half, kind, str(block), *rest])
    at = 4 * block + (3 if rest[0] == "upsamplers" else int(rest[1]))
    return ".".join([half, kind, str(at), *rest[2:]])


def umt5_names(weights: Mapping[str, Any]) -> dict[str, Any]:
    """A text encoder as Wan published it: ``blocks.0.attn.q.weight``."""
    found = {}
    for name, weight in weights.items():
        if name == "encoder.embed_tokens.weight":
            continue
        for new, old in (("encoder.block.", "blocks."), ("layer.0.SelfAttention.relative_attention_bias",
                         "pos_embedding.embedding"), ("layer.0.SelfAttention", "attn"), ("layer.0.layer_norm", "norm1"),
                         ("layer.1.layer_norm", "norm2"), ("layer.1.DenseReluDense.wi_0", "ffn.gate.0"),
                         ("layer.1.DenseReluDense.wi_1", "ffn.fc1"), ("layer.1.DenseReluDense.wo", "ffn.fc2"),
                         ("encoder.final_layer_norm", "norm"), ("shared", "token_embedding")):
            name = name.replace(new, old)
        found[name] = weight
    return found


def vocabulary() -> Any:
    """The bytes of a sentencepiece model with the letters of the tiny text encoder, as a tensor."""
    import numpy as np
    import torch
    from sentencepiece import sentencepiece_model_pb2

    made: Any = sentencepiece_model_pb2
    model = made.ModelProto()
    special = {"<pad>": 3, "</s>": 3, "<unk>": 2}
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -4.0), *((letter, -6.0) for letter in LETTERS)]
    for piece, score in pieces:
        model.pieces.add(piece=piece, score=score, type=special.get(piece, 1))
    model.trainer_spec.model_type = 1
    model.trainer_spec.unk_id, model.trainer_spec.pad_id, model.trainer_spec.eos_id = 2, 0, 1
    model.trainer_spec.bos_id = -1
    model.normalizer_spec.name = "identity"
    return torch.from_numpy(np.frombuffer(model.SerializeToString(), np.uint8).copy())


def save_umt5_gguf(path: Path, weights: Mapping[str, Any]) -> Path:
    """A text encoder with its words as llama.cpp writes it, in full precision."""
    import gguf

    from tests.nodes.local.tiny_flux import T5_NAMES

    writer = gguf.GGUFWriter(path, "t5encoder")
    for number, add in {
        512: writer.add_context_length, 32: writer.add_embedding_length, 64: writer.add_feed_forward_length,
        2: writer.add_block_count, 4: writer.add_head_count, 8: writer.add_key_length,
    }.items():
        add(number)
    writer.add_value_length(8)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_relative_attn_buckets_count(32)
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -4.0), *((letter, -6.0) for letter in LETTERS)]
    writer.add_tokenizer_model("t5")
    writer.add_token_list([piece for piece, _ in pieces])
    writer.add_token_scores([score for _, score in pieces])
    for name, weight in weights.items():
        if name != "encoder.embed_tokens.weight":
            for theirs, own in T5_NAMES:
                name = name.replace(theirs, own)
            writer.add_tensor(name, weight.float().numpy())
    writer.add_vocab_size(len(pieces))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def write_resources(folder: Path, bases: Mapping[str, Path]) -> Path:
    """Ajar's own resources for models of this size: the families with smaller shapes, and these folders as bases."""
    import shutil

    from nodes.local.folders import RESOURCES

    shutil.copytree(RESOURCES / "families", folder / "families")
    for name, sizes in {"parts": ("[-1, 4096]", "[256384, 4096]", "[1280, -1, -1, -1]"), "wan": ("[5120, ",)}.items():
        path = folder / "families" / f"{name}.toml"
        text = path.read_text("utf-8")
        for size in sizes:
            small = size
            for real, tiny in (("256384", "-1"), ("4096", "32"), ("1280", "32"), ("5120", "32")):
                small = small.replace(real, tiny)
            text = text.replace(size, small)
        path.write_text(text, "utf-8")
    for name, source in bases.items():
        shutil.rmtree(write_base(folder / "bases" / name, source) / "tokenizer")
    return folder
