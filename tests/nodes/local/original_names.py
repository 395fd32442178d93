"""Names and shapes of real models as their makers publish them, as far as they tell what a file is."""

from tests.nodes.local.model_files import Shapes


def flux(channels: int = 64, guided: bool = True) -> Shapes:
    """FLUX.1: 64 channels, Fill has 384, Canny and Depth have 128."""
    guidance = {"guidance_in.in_layer.weight": (3072, 256)} if guided else {}
    return {
        "double_blocks.0.img_attn.qkv.weight": (9216, 3072), "single_blocks.0.linear1.weight": (21504, 3072),
        "vector_in.in_layer.weight": (3072, 768), "img_in.weight": (3072, channels), **guidance,
    }


def flux2(width: int, words: int, guided: bool = False) -> Shapes:
    guidance = {"guidance_in.in_layer.weight": (width, 256)} if guided else {}
    return {
        "double_stream_modulation_img.lin.weight": (width * 6, width),
        "single_stream_modulation.lin.weight": (width * 3, width),
        "double_blocks.0.img_attn.qkv.weight": (width * 3, width), "img_in.weight": (width, 128),
        "txt_in.weight": (width, words), **guidance,
    }


Z_IMAGE: Shapes = {
    "layers.0.adaLN_modulation.0.weight": (15360, 256), "cap_embedder.1.weight": (3840, 2560),
    "noise_refiner.0.attention.qkv.weight": (11520, 3840), "x_embedder.weight": (3840, 64),
}
QWEN_IMAGE: Shapes = {
    "transformer_blocks.0.attn.add_q_proj.weight": (3072, 3072), "transformer_blocks.0.img_mod.1.weight": (18432, 3072),
    "txt_norm.weight": (3584,), "img_in.weight": (3072, 64),
}
CHROMA: Shapes = {
    "distilled_guidance_layer.in_proj.weight": (5120, 64), "double_blocks.0.img_attn.qkv.weight": (9216, 3072),
    "img_in.weight": (3072, 64),
}


def wan(width: int, channels: int = 16, *more: str) -> Shapes:
    """Wan: 1.3B is 1536 wide, 5B 3072 with 48 channels, 14B 5120; image to video has 36 channels."""
    return {
        "patch_embedding.weight": (width, channels, 1, 2, 2), "blocks.0.self_attn.q.weight": (width, width),
        "head.modulation": (1, 2, width), **dict.fromkeys(more, (width,)),
    }


LTX: Shapes = {
    "patchify_proj.weight": (2048, 128), "transformer_blocks.0.scale_shift_table": (6, 2048),
    "adaln_single.emb.timestep_embedder.linear_1.weight": (2048, 256),
}
HUNYUAN: Shapes = {
    "double_blocks.0.img_attn_qkv.weight": (9216, 3072), "img_in.proj.weight": (3072, 16, 1, 2, 2),
    "txt_in.individual_token_refiner.blocks.0.adaLN_modulation.1.weight": (6144, 3072),
}
COGVIDEO_5B: Shapes = {
    "patch_embed.proj.weight": (3072, 16, 2, 2), "patch_embed.text_proj.weight": (3072, 4096),
    "transformer_blocks.0.norm1.linear.weight": (18432, 512), "time_embedding.linear_1.weight": (512, 3072),
}


def unet(width: int = 320, words: int = 768, channels: int = 4) -> Shapes:
    """The UNet of SD 1.5 (768) or SD 2 (1024)."""
    return {
        "input_blocks.0.0.weight": (width, channels, 3, 3), "middle_block.0.in_layers.0.weight": (1280,),
        "out.2.weight": (4, width, 3, 3), "input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": (width, words),
    }


def unet_xl(channels: int = 4, labels: int = 2816) -> Shapes:
    """The UNet of SDXL, or of its refiner with 2560 labels."""
    deep = "input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight"
    return {
        "input_blocks.0.0.weight": (320, channels, 3, 3), "middle_block.0.in_layers.0.weight": (1280,),
        "out.2.weight": (4, 320, 3, 3), "label_emb.0.0.weight": (1280, labels), deep: (640, 2048),
    }


def sd3(blocks: int, dual: bool = False) -> Shapes:
    """SD 3: 24 blocks; 3.5 medium has a second attention, 3.5 large has 38 blocks."""
    second = {"joint_blocks.0.x_block.attn2.qkv.weight": (4608, 1536)} if dual else {}
    return {
        "joint_blocks.0.context_block.adaLN_modulation.1.weight": (9216, 1536),
        "x_embedder.proj.weight": (1536, 16, 2, 2),
        f"joint_blocks.{blocks - 1}.x_block.mlp.fc1.weight": (6144, 1536), **second,
    }


def vae(channels: int) -> Shapes:
    """An image VAE as its makers publish it."""
    return {
        "decoder.up.0.block.0.norm1.weight": (128,), "encoder.conv_in.weight": (128, 3, 3, 3),
        "decoder.conv_in.weight": (512, channels, 3, 3),
    }


def wan_vae(channels: int) -> Shapes:
    return {"decoder.middle.0.residual.0.gamma": (384, 1, 1, 1), "conv2.weight": (channels, channels, 1, 1, 1)}


def clip(width: int) -> Shapes:
    """A CLIP text encoder: L is 768 wide, G 1280."""
    return {
        "text_model.encoder.layers.0.mlp.fc1.weight": (width * 4, width),
        "text_model.embeddings.token_embedding.weight": (49408, width),
    }


T5: Shapes = {"encoder.block.0.layer.0.SelfAttention.q.weight": (4096, 4096), "shared.weight": (32128, 4096)}
UMT5: Shapes = {
    "encoder.block.0.layer.0.SelfAttention.q.weight": (4096, 4096), "shared.weight": (256384, 4096),
    "encoder.block.1.layer.0.SelfAttention.relative_attention_bias.weight": (32, 64),
}
QWEN3: Shapes = {"model.layers.0.self_attn.q_norm.weight": (128,), "model.embed_tokens.weight": (151936, 2560)}
QWEN_VL: Shapes = {
    "model.layers.0.self_attn.q_proj.bias": (3584,), "visual.patch_embed.proj.weight": (1280, 3, 2, 14, 14),
    "model.embed_tokens.weight": (152064, 3584),
}
GEMMA: Shapes = {
    "model.layers.0.pre_feedforward_layernorm.weight": (3840,), "model.embed_tokens.weight": (262208, 3840),
    "model.layers.0.self_attn.q_norm.weight": (256,),
}


def under(prefix: str, shapes: Shapes) -> Shapes:
    """The same with a prefix before each name."""
    return {prefix + name: shape for name, shape in shapes.items()}
