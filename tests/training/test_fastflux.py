"""The forward pass written out for training gives what diffusers' class gives."""

import torch
from diffusers import FluxPipeline, FluxTransformer2DModel

from training.fastflux import Pass, frame


def test_it_is_the_same_sum() -> None:
    torch.manual_seed(0)
    model = FluxTransformer2DModel(
        patch_size=1,
        in_channels=12,
        num_layers=2,
        num_single_layers=2,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=24,
        pooled_projection_dim=8,
        axes_dims_rope=(4, 6, 6),
    )
    places = FluxPipeline._prepare_latent_image_ids(1, 3, 3, torch.device("cpu"), torch.float32)
    patches, words, pooled = torch.randn(2, 9, 12), torch.randn(2, 5, 24), torch.randn(2, 8)
    time = torch.tensor([0.2, 0.9])
    with torch.no_grad():
        expected = model(
            hidden_states=patches,
            timestep=time,
            pooled_projections=pooled,
            encoder_hidden_states=words,
            txt_ids=torch.zeros(5, 3),
            img_ids=places,
            return_dict=False,
        )[0]
        run = Pass(frame(model, 5, places, torch.float32), dict(model.named_parameters()), compiled=False)
        found, _ = run(patches, model.time_text_embed.time_proj(time * 1000), pooled, words)
    assert torch.allclose(found, expected, atol=1e-5)
    assert expected.std() > 0.1
