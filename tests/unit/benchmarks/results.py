"""Results of a run that never was, as `benchmarks.bench` writes them."""

from typing import Any

SUMMARY = {"n": 3, "mean": 7.0, "p50": 6.5, "p95": 20.0, "most": 21.0}


def cost(times: float = 1) -> dict[str, Any]:
    figures = {name: figure * times for name, figure in SUMMARY.items()}
    return {"cpu_ms": figures, "wall_ms": figures}


def run(workers: int, source: str = "one face", in_all: float = 13.5) -> dict[str, Any]:
    a_frame = {
        "launcher": 0.0,
        "capture": 3.0,
        "inference 1": 4.0,
        "inference 2": 4.0,
        "web": 1.5,
        "broker": 1.0,
    }
    usage = {
        "captured_fps": 60.0,
        "published_fps": 30.0,
        "cpu_ms_a_frame": a_frame,
        "cpu_ms_in_all": in_all,
        "cores": {"web": 0.05},
    }
    return {"source": source, "workers": workers, "age_ms": SUMMARY, "usage": usage}


def scaling() -> dict[str, Any]:
    figures = {"worker_ms": 40.0, "cores": 2, "others": 0.3, "twice_fps": 50.0, "ceiling_fps": 42.5}
    shares = {"share_of_twice": 0.8, "share_of_reachable": 0.94}
    return {"one": run(1, "60 fps, blurred"), "two": run(2, "60 fps, blurred"), **figures, **shares}


def recordings() -> dict[str, Any]:
    a_frame = {"launcher": 3.0, "capture": 5.0, "broker": 1.0, "inference 1": 80.0}
    one = {"workers": 1, "fps": 11.0, "cpu_ms_a_frame": a_frame, "worker_ms": 80.0, "others_ms": 9.0}
    two = {**one, "workers": 2, "fps": 21.0}
    figures = {"cores": 2, "twice_fps": 22.0, "ceiling_fps": 22.5}
    shares = {"share_of_twice": 0.955, "share_of_reachable": 0.955}
    return {"one": {**one, "elsewhere": 0.1}, "two": {**two, "elsewhere": 0.0}, **figures, **shares}


def viewers() -> dict[str, Any]:
    fps = {**SUMMARY, "mean": 29.5}
    seen = {"viewers": 50, "left": 0, "fps": fps, "least_fps": 29.0, "age_ms": SUMMARY, "cores": 0.3}
    seen |= {"readers": 5, "results": SUMMARY, "result_age_ms": SUMMARY}
    row = {"seen": seen, "usage": {"cores": {"web": 0.08}}, "answers_ms": SUMMARY, "broker_readers": 1}
    stopped = {"others": 20, "pairs": [[15.0, 14.9]], "change": 0.007, "slowest_drop_s": 6.5}
    return {"rows": [row], "stopped": {**stopped, "dropped_after_s": [6.5]}}


def capture() -> dict[str, Any]:
    costs = {"passed_on_ms": 0.9, "decoded_ms": 8.1, "passed_on_fps": 29.0, "decoded_fps": 28.0, "ratio": 9.0}
    return {"rows": [{"width": 1280, "height": 720, "picture_kb": 100.0, **costs}]}


def processor() -> dict[str, Any]:
    each = {"mien_ms": [5.0, 6.0, 20.0], "original_ms": [110.0, 111.0, 115.0]}
    both = {"clip": "a clip", "mien": cost(), "original": cost(16), "ratio": 16.0}
    second = {"centerface": cost(1.2), "centerface_ratio": 1.2}
    return {
        **both,
        **second,
        "stages_ms": {"decode": 0.6, "detect": 3.0},
        "with_face": 3,
        "frames": 3,
        **each,
    }


def peer() -> dict[str, Any]:
    return {"name": "fer", "version": "1.2", "with_face": 2, "frames": 4, "cost": cost(9)}


def results(**changes: object) -> dict[str, Any]:
    machine = {
        "cpu": "Some CPU",
        "cores": 2,
        "memory_gb": 8.0,
        "system": "Linux",
        "load": [0.1, 0.2, 0.3],
        "busy": 0.0,
        "quiet": True,
    }
    parts = {
        "stages": {"clip": "a clip", "rows": [{"stage": "decode", "cost": cost(0.1)}]},
        "processor": processor(),
        "peers": {"clip": "a clip", "rows": [peer()]},
        "capture": capture(),
        "pipeline": {"runs": [run(1), run(2)]},
        "scaling": scaling(),
        "recordings": recordings(),
        "viewers": viewers(),
    }
    whole = {
        "format": 1,
        "began": "2026-01-02T03:04:05+00:00",
        "took_s": 300.0,
        "quick": False,
        "machine": machine,
        "versions": {"python": "3.12.1"},
        "model": {"name": "expression.onnx", "sha256": "abc"},
        "parts": parts,
        "goals": [],
    }
    return {**whole, **changes}
