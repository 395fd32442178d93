"""Words from language models: OpenAI, Anthropic, Google, xAI, and servers on one's own machine.

Three languages are spoken: chat completions (text_chat.py), Anthropic's Messages and Gemini's generateContent. No
model is named here or in the facts: the services list theirs (``Provider.models``), and they change every month.
"""

from typing import Annotated, Any, Literal

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Listed, Prompt, Range, Seed, Slider
from ajar.remote import Media, Order, Provider
from ajar.values import Image
from nodes.remote import FACTS, text_anthropic, text_chat, text_gemini
from nodes.remote.text_chat import Chat

By = Literal["openai", "anthropic", "google", "xai", "ollama", "lmstudio", "vllm", "compatible"]
PER_PICTURE = 10_000
"""More tokens than a picture is likely to count as; only for the upper end of an estimate."""
LARGEST_SEED = 2**31


def _chat(name: str, title: str, most: str = "max_tokens") -> Provider:
    dialect = Chat(title, most)
    return Provider(name=name, file=FACTS / f"{name}.toml", submit=dialect.submit, accepted=text_chat.accepted,
                    refused=text_chat.refused, piece=text_chat.piece, models=dialect.models, greet=dialect.greet)


def _other(name: str, language: Any) -> Provider:
    return Provider(name=name, file=FACTS / f"{name}.toml", submit=language.submit, accepted=language.accepted,
                    refused=language.refused, piece=language.piece, models=language.models, greet=language.greet)


BY: dict[str, Provider] = {
    "openai": _chat("openai_text", "OpenAI", "max_completion_tokens"),
    "anthropic": _other("anthropic", text_anthropic),
    "google": _other("google_text", text_gemini),
    "xai": _chat("xai_text", "xAI"),
    "ollama": _chat("ollama", "Ollama"),
    "lmstudio": _chat("lmstudio", "LM Studio"),
    "vllm": _chat("vllm", "vLLM"),
    "compatible": _chat("compatible", "The server"),
}
PROVIDERS = tuple(BY.values())
LISTED = Listed("by", tuple((by, provider.name) for by, provider in BY.items()))


@node(group="Hosted text", title="Write with a language model")
def write_text(
    remote: Remote,
    prompt: Prompt,
    system: Prompt = "",
    image: Image | None = None,
    by: By = "openai",
    model: Annotated[str, LISTED] = "",
    most: Annotated[int, Range(1, 200_000)] = 4096,
    temperature: Annotated[float, Slider(0, 2, 0.05)] = 1.0,
    seed: Seed = 0,
) -> str:
    """Have a language model write: a better prompt, what a picture shows, three shots out of one idea.

    `by` says whose model it is. Ollama, LM Studio and vLLM run on this machine: they need no key and cost nothing,
    and nothing leaves. "compatible" is any other server that speaks like OpenAI's chat completions; its address is
    set in the settings. `model` is the service's own name of the model; "ajar keys test ollama" lists those of Ollama,
    and so on: openai_text, anthropic, google_text, xai_text, lmstudio, vllm, compatible.
    `system` says how the model is to behave. `most` is the most tokens it may spend; what models think before
    they answer counts too, and an answer is cut off there. At temperature 1 the service's own is taken.
    The same seed makes the same answer likelier, never sure, and 0 sends none; it goes along modulo 2^31.
    Anthropic's models take neither a temperature nor a seed. A picture needs a model that can see.
    """
    provider = BY[by]
    if not prompt.strip():
        raise UserError("There is nothing to write about: the prompt is empty.", "Say what is to be written.")
    if not model.strip():
        raise UserError(f"No model of {provider.facts.title} is chosen.",
                        f"It lists them by: ajar keys test {provider.name}.")
    settings: dict[str, Any] = {"prompt": prompt, "system": system, "most": most}
    if by == "anthropic" and temperature != 1.0:
        raise UserError("Anthropic's models take no temperature.", "Set the temperature to 1, or take another service.")
    if by != "anthropic":
        settings |= {"temperature": temperature} if temperature != 1.0 else {}
        settings |= {"seed": seed % LARGEST_SEED} if seed else {}
    # No token is shorter than a byte.
    given = len((prompt + system).encode("utf-8", "replace")) + (PER_PICTURE if image is not None else 0)
    order = Order(
        model.strip(), "text", settings, media=(Media("image", image, "jpg"),) if image is not None else (),
        units={"token_in": (0, given), "token_out": (0, most)},
    )
    return remote.run(provider, order).text
