"""Pictures by Stability AI: out of words, after a picture's lines or look, larger ones; and sound."""

from typing import Annotated

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Offered, Prompt, Seed, Slider
from ajar.offers import require, require_roles
from ajar.values import Audio, Image
from nodes.remote.stability import PROVIDER
from nodes.remote.stability_inputs import form, order, picture, seeded, sound, styled

GENERATE = "stable-image/generate"


@node(group="Hosted image", provider="stability", title="Stable Image by Stability AI")
def stability_image(
    remote: Remote,
    prompt: Prompt,
    image: Image | None = None,
    model: Annotated[str, Model("stability-image")] = "stable-image-core",
    shape: Annotated[str, Offered("shapes")] = "1:1",
    style: Annotated[str, Offered("styles")] = "none",
    strength: Annotated[float, Slider(0, 1, 0.05)] = 0.6,
    guidance: Annotated[float, Slider(0, 10, 0.5)] = 0.0,
    negative: Prompt = "",
    seed: Seed = 0,
) -> Image:
    """Paint a picture with Stable Image or Stable Diffusion 3.5, or change one.

    With a picture its shape is kept where the model is SD 3.5, and strength says how little of it stays: 0 all of
    it, 1 nothing. Guidance is for SD 3.5; 0 takes the model's own. The seed counts modulo 4294967294.
    """
    offer = PROVIDER.offer(model)
    require_roles(offer, {"image": int(image is not None)})
    require(offer, prompt=prompt, shape=shape, strength=strength, guidance=guidance or None)
    newer = model.startswith("sd3")
    fields = form(prompt=prompt, negative_prompt=negative, seed=seeded(seed), output_format="png",
                  style_preset=styled(offer, style), cfg_scale=guidance or None)
    if newer:
        fields["model"] = model
    if image is not None:
        fields["strength"] = f"{strength:.6g}"
        if newer:
            fields["mode"] = "image-to-image"
    if image is None or not newer:
        fields["aspect_ratio"] = shape
    media = [picture(offer, "image", image)] if image is not None else []
    route = "sd3" if newer else model.removeprefix("stable-image-")
    return remote.run(PROVIDER, order(offer, f"{GENERATE}/{route}", fields, media)).image()


@node(group="Hosted image", provider="stability", title="Stability upscale")
def stability_upscale(
    remote: Remote,
    image: Image,
    prompt: Prompt = "",
    model: Annotated[str, Model("stability-upscale")] = "upscale-fast",
    style: Annotated[str, Offered("styles")] = "none",
    creativity: Annotated[float, Slider(0.1, 0.5, 0.05)] = 0.3,
    negative: Prompt = "",
    seed: Seed = 0,
) -> Image:
    """Make a picture larger: fast by four, or to four megapixels and more with detail that is invented.

    Fast takes the picture alone, and nothing else counts. Conservative and creative need words that say what is to
    be seen; creativity is from 0.2 in conservative. The seed counts modulo 4294967294.
    """
    offer = PROVIDER.offer(model)
    if offer.can.get("words", True):
        if not prompt.strip():
            raise UserError(f"{offer.title} needs a prompt.", "Say what the picture shows.")
        require(offer, prompt=prompt, creativity=creativity)
        fields = form(prompt=prompt, negative_prompt=negative, seed=seeded(seed), creativity=creativity,
                      output_format="png", style_preset=styled(offer, style))
    else:
        fields = form(output_format="png")
    results = "/v2beta/results" if model == "upscale-creative" else ""
    route = f"stable-image/upscale/{model.removeprefix('upscale-')}"
    made = order(offer, route, fields, [picture(offer, "image", image)], results=results)
    return remote.run(PROVIDER, made).image()


@node(group="Hosted image", provider="stability", title="Stability control")
def stability_control(
    remote: Remote,
    prompt: Prompt,
    image: Image,
    model: Annotated[str, Model("stability-control")] = "structure",
    shape: Annotated[str, Offered("shapes")] = "1:1",
    style: Annotated[str, Offered("styles")] = "none",
    strength: Annotated[float, Slider(0, 1, 0.05)] = 0.7,
    negative: Prompt = "",
    seed: Seed = 0,
) -> Image:
    """Paint a picture after the lines, the structure or the look of another.

    Sketch and structure keep that picture's shape; Shape is for style. Strength says how much it counts. The seed
    counts modulo 4294967294.
    """
    offer = PROVIDER.offer(model)
    require(offer, prompt=prompt, strength=strength)
    fields = form(prompt=prompt, negative_prompt=negative, seed=seeded(seed), output_format="png",
                  style_preset=styled(offer, style))
    fields["fidelity" if model == "style" else "control_strength"] = f"{strength:.6g}"
    if model == "style":
        require(offer, shape=shape)
        fields["aspect_ratio"] = shape
    made = order(offer, f"stable-image/control/{model}", fields, [picture(offer, "image", image)])
    return remote.run(PROVIDER, made).image()


@node(group="Hosted image", provider="stability", title="Stability style transfer")
def stability_restyle(
    remote: Remote,
    image: Image,
    reference: Image,
    prompt: Prompt = "",
    model: Annotated[str, Model("stability-restyle")] = "style-transfer",
    strength: Annotated[float, Slider(0, 1, 0.05)] = 1.0,
    fidelity: Annotated[float, Slider(0, 1, 0.05)] = 0.9,
    change: Annotated[float, Slider(0.1, 1, 0.05)] = 0.9,
    negative: Prompt = "",
    seed: Seed = 0,
) -> Image:
    """Give a picture the look of a reference; about one megapixel comes out, in the picture's shape.

    Strength says how much the look counts, fidelity how much the composition stays, change how much may become
    different. The seed counts modulo 4294967294.
    """
    offer = PROVIDER.offer(model)
    require(offer, prompt=prompt, strength=strength)
    fields = form(prompt=prompt, negative_prompt=negative, seed=seeded(seed), output_format="png",
                  style_strength=strength, composition_fidelity=fidelity, change_strength=change)
    media = [picture(offer, "init_image", image), picture(offer, "style_image", reference)]
    return remote.run(PROVIDER, order(offer, "stable-image/control/style-transfer", fields, media)).image()


@node(group="Hosted sound", provider="stability", title="Stable Audio by Stability AI")
def stability_audio(
    remote: Remote,
    prompt: Prompt,
    voice: Audio | None = None,
    model: Annotated[str, Model("stability-audio")] = "stable-audio-3",
    seconds: Annotated[int, Offered("seconds")] = 30,
    strength: Annotated[float, Slider(0, 1, 0.05)] = 0.7,
    seed: Seed = 0,
) -> Audio:
    """Make music or sound out of words, or change a sound by words.

    With a sound, strength says how little of it stays: 0 all of it, 1 nothing; it must not be anybody else's. The
    vendor opens these routes to some accounts only. The seed counts modulo 4294967294.
    """
    offer = PROVIDER.offer(model)
    require(offer, prompt=prompt, seconds=seconds, strength=strength)
    fields = form(prompt=prompt, model=model, duration=seconds, seed=seeded(seed), output_format="wav")
    media = []
    if voice is not None:
        media, fields["strength"] = [sound(offer, voice)], f"{strength:.6g}"
    route = f"audio/stable-audio/{'audio' if media else 'text'}-to-audio"
    made = order(offer, route, fields, media, results="/v2beta/audio/results", audio=True)
    return remote.run(PROVIDER, made).audio()
