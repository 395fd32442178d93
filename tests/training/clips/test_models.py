"""The models of the clips: what is trained is exactly what diffusers runs."""

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
pytestmark = pytest.mark.xdist_group("torch")


def test_a_whole_clip_gives_the_latents_and_frames_of_the_published_code() -> None:
    from training.clips.vae import new_autoencoder
    from training.clips.whole import decoded, encoded, whole

    torch.manual_seed(0)
    vae = new_autoencoder().eval()
    for part in vae.parameters():
        part.data.add_(torch.randn_like(part) * 0.02)
    clip = torch.rand(1, 3, 9, 32, 32) * 2 - 1
    with torch.no_grad():
        latents = vae.encode(clip).latent_dist.mean
        frames = vae.decode(latents).sample
        whole(vae)
        assert torch.allclose(encoded(vae, clip), latents, atol=1e-4)
        assert torch.allclose(decoded(vae, latents).clamp(-1, 1), frames, atol=1e-4)
    assert latents.shape == (1, 8, 3, 4, 4)


def test_the_velocity_is_that_of_the_published_forward_with_a_time_for_every_token() -> None:
    from training.clips.dit import new_transformer, velocity

    torch.manual_seed(0)
    model = new_transformer().eval()
    for part in model.parameters():
        part.data.add_(torch.randn_like(part) * 0.05)
    latents, times, words = torch.randn(2, 8, 5, 12, 12), torch.rand(2, 5), torch.randn(2, 12, 128)
    with torch.no_grad():
        published = model(latents, (1000 * times).repeat_interleave(36, 1), words, return_dict=False)[0]
        assert torch.allclose(velocity(model, latents, times, words), published, atol=1e-4)


def test_a_first_frame_that_is_given_is_clean_and_not_asked_for() -> None:
    from training.clips import dit

    seen: dict[str, Any] = {}

    def spy(*arguments: Any) -> Any:
        _, x, times, *_ = arguments
        seen.update(x=x, times=times)
        return torch.zeros_like(x)

    clean, noise = torch.ones(4, 8, 5, 12, 12), torch.zeros(4, 8, 5, 12, 12)
    original = dit.velocity
    setattr(dit, "velocity", spy)  # noqa: B010
    try:
        loss = dit.loss_of(None, clean, noise, torch.full((4,), 0.5), torch.zeros(4, 12, 128))
    finally:
        setattr(dit, "velocity", original)  # noqa: B010
    assert loss.item() == pytest.approx(1.0)
    assert (seen["x"][2:, :, 0] == 1).all() and (seen["x"][:2] == 0.5).all() and (seen["x"][2:, :, 1:] == 0.5).all()
    assert (seen["times"][2:, 0] == 0).all() and (seen["times"][:2] == 0.5).all()


def test_words_are_whole_and_case_articles_and_spelling_make_no_difference() -> None:
    from training.clips.text import LENGTH, as_ids, tokenizer

    tokens = tokenizer()
    ids, there = as_ids(tokens, ["A grey Star, turning on a white background!", "gray star turning on white", "zebra"])
    assert ids.shape == (3, LENGTH) and (ids[0] == ids[1]).all() and there[0].sum() == 6
    assert ids[2, 0] == tokens.unk_token_id


def test_the_text_encoder_learns_and_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    from training.clips import text

    tokens, first = text.train(tmp_path, 0.05)
    _, again = text.train(tmp_path, 0)
    told = [text.told(encoder, tokens, ["a red star growing on a blue background"]) for encoder in (first, again)]
    assert told[0].shape == (1, text.LENGTH, text.WIDTH) and torch.equal(*told)
    assert (told[0][0, 6:] == 0).all() and told[0][0, :6].abs().sum() > 0
