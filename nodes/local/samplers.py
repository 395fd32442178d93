"""Samplers and noise schedules by the names that people know, as diffusers schedulers."""

import functools
from collections.abc import Mapping
from typing import Any

import diffusers

from ajar.errors import UserError

SAMPLERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "euler": ("EulerDiscreteScheduler", {}),
    "euler a": ("EulerAncestralDiscreteScheduler", {}),
    "heun": ("HeunDiscreteScheduler", {}),
    "dpm2": ("KDPM2DiscreteScheduler", {}),
    "dpm2 a": ("KDPM2AncestralDiscreteScheduler", {}),
    "lms": ("LMSDiscreteScheduler", {}),
    "dpm++ 2m": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++", "solver_order": 2}),
    "dpm++ 2m sde": ("DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++", "solver_order": 2}),
    "dpm++ 3m": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++", "solver_order": 3}),
    "dpm++ sde": ("DPMSolverSDEScheduler", {}),
    "dpm++ 2s": ("DPMSolverSinglestepScheduler", {"algorithm_type": "dpmsolver++", "solver_order": 2}),
    "ddim": ("DDIMScheduler", {}),
    "ddpm": ("DDPMScheduler", {}),
    "pndm": ("PNDMScheduler", {"skip_prk_steps": True}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "deis": ("DEISMultistepScheduler", {}),
    "lcm": ("LCMScheduler", {}),
    "tcd": ("TCDScheduler", {}),
}
"""Samplers of models that were trained to see noise (Stable Diffusion 1.5 and XL)."""
FLOW_SAMPLERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "euler": ("FlowMatchEulerDiscreteScheduler", {}),
    "euler a": ("FlowMatchEulerDiscreteScheduler", {"stochastic_sampling": True}),
    "heun": ("FlowMatchHeunDiscreteScheduler", {}),
    "dpm++ 2m": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++", "solver_order": 2}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "lcm": ("FlowMatchLCMScheduler", {}),
}
"""Samplers of models that were trained to see the way from noise to picture (Flux, Wan and most of today's)."""
SCHEDULES: Mapping[str, Mapping[str, bool]] = {
    "normal": {},
    "karras": {"use_karras_sigmas": True},
    "exponential": {"use_exponential_sigmas": True},
    "beta": {"use_beta_sigmas": True},
}
SPREADS = ("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas", "use_lu_lambdas")
FLOW_ALIKE = {"DPMSolverMultistepScheduler", "UniPCMultistepScheduler"}
"""General solvers that must be told that they solve a flow."""


def scheduler_for(own: Any, sampler: str, schedule: str, *, flow: bool, **more: Any) -> Any:
    """A fresh scheduler: the model's own where nothing is said. UserError for a name or a pair that does not exist.

    ``own`` is the model's scheduler, whose training settings are kept; ``more`` are further settings of it.
    """
    known = FLOW_SAMPLERS if flow else SAMPLERS
    if sampler and sampler not in known:
        raise UserError(f'This model has no sampler "{sampler}".', f"It has: {', '.join(known)}.")
    if schedule and schedule not in SCHEDULES:
        raise UserError(f'There is no schedule "{schedule}".', f"There are: {', '.join(SCHEDULES)}.")
    name, settings = known[sampler] if sampler else (type(own).__name__, {})
    config = {**own.config, **settings, **more}
    if schedule:
        config.update(dict.fromkeys(SPREADS, False), **SCHEDULES[schedule])
    if sampler and flow and name in FLOW_ALIKE:
        shift = config.get("shift", 1.0)
        config |= {"use_flow_sigmas": True, "prediction_type": "flow_prediction", "flow_shift": shift}
    made = getattr(diffusers, name)
    try:
        made()
    except ImportError:
        needed = "scipy" if name == "LMSDiscreteScheduler" else "torchsde"
        raise UserError(
            f'The sampler "{sampler or name}" needs the package "{needed}", which is not installed.',
            f'Install it: pip install {needed}. Or choose another sampler, such as "dpm++ 2m".',
        ) from None
    if SCHEDULES.get(schedule) and next(iter(SCHEDULES[schedule])) not in made().config:
        raise UserError(
            f'The sampler "{sampler or name}" can\'t spread its steps by "{schedule}".', 'Choose the schedule "normal".'
        )
    found = made.from_config({key: value for key, value in config.items() if not key.startswith("_")})
    if sampler and flow and name in FLOW_ALIKE and not config.get("use_dynamic_shifting"):
        _unmoved(found)
    return found


def _unmoved(scheduler: Any) -> None:
    """Let it take a shift by size as the flow samplers do where the model knows none: it is passed over."""
    plain = scheduler.set_timesteps

    @functools.wraps(plain)
    def set_timesteps(*arguments: Any, mu: Any = None, **named: Any) -> None:
        plain(*arguments, **named)

    scheduler.set_timesteps = set_timesteps
