"""Proves the service on an NVIDIA GPU of this machine: that the device is found and reported, that jobs run on the device that
they ask for and on no other, that its memory is metered, and that scores agree with those of the CPU.

    pip install --target /opt/torch --index-url https://download.pytorch.org/whl/cu128 torch==2.7.1
    python3 tools/deploy/prove_gpu.py --torch /opt/torch

Needs the NVIDIA driver, target/winnow.jar, and Python with nothing else. --device cpu tries the proof itself where no GPU is, but for the memory of the device.
"""
import argparse
import os
import pathlib
import re
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
from service import Service  # noqa: E402


def say(what, value):
    print(f"{what:<44} {value}", flush=True)


def require(right, what):
    if not right:
        sys.exit(f"NOT PROVED: {what}")


def use(torch):
    """The environment of the service, as docs/deploy.md has it."""
    lib, runtime = torch / "torch" / "lib", torch / "nvidia" / "cuda_runtime" / "lib"
    require((lib / "libtorch_cuda.so").exists(), f"{lib} holds no libtorch_cuda.so: is it a build with CUDA?")
    link = runtime / "libcudart.so"
    if not link.exists():
        link.symlink_to("libcudart.so.12")
    os.environ.update({
        "PYTORCH_LIBRARY_PATH": str(lib), "PYTORCH_FLAVOR": "cu128", "PYTORCH_LIBRARY_EXCLUSION": "libshm.so",
        "LD_LIBRARY_PATH": str(runtime), "DJL_OFFLINE": "true", "OPT_OUT_TRACKING": "true"})


def scored(service, device):
    job = service.run_job(dataset="fashion", model="cnn", methods=["el2n", "grand"], runs=1, epochs=2, seed=7, device=device)
    say(f"job on {device}", f"SUCCEEDED, {job['runResults'][0]['seconds']:.1f} s, "
        f"test accuracy {job['runResults'][0]['testAccuracy']:.3f}")
    return {s["method"]: s["id"] for s in job["scoreSets"]}


def memory_in_use(service, device):
    deadline = time.time() + 30
    while time.time() < deadline:
        metrics = service.call("GET", "/actuator/prometheus")[1].decode()
        used = re.search(rf'^winnow_device_memory_used_bytes{{.*device="{device}".*}} (\S+)$', metrics, re.MULTILINE)
        if used and float(used.group(1)) > 0:
            return float(used.group(1))
        time.sleep(1)
    sys.exit(f"NOT PROVED: no memory of {device} is metered")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--torch", type=pathlib.Path, help="where pip put torch 2.7.1 with CUDA")
    parser.add_argument("--device", default="cuda:0")
    arguments = parser.parse_args()
    device = arguments.device
    if arguments.torch:
        use(arguments.torch.resolve())
    with Service([str(ROOT / "samples")]) as service:
        deadline = time.time() + 120
        while not (devices := service.get("/devices")["items"]) and time.time() < deadline:
            time.sleep(1)
        for each in devices:
            say(f"device {each['name']}", f"{each['description']}, {each['memoryBytes'] / 2**30:.0f} GiB")
        require(device in [each["name"] for each in devices], f"no worker sees {device}")
        service.ingest("fashion", "idx", "fashion-mnist")
        service.post("/models", {"name": "cnn", "architecture": "small-cnn"})

        # A device that no worker sees is named and never replaced.
        status, answer = service.call(
            "POST", "/jobs", {"dataset": "fashion", "model": "cnn", "runs": 1, "epochs": 1, "device": "cuda:99"})
        require(status == 400 and b"device" in answer, f"a job for cuda:99 was answered {status}: {answer[:200]}")
        say("job for cuda:99", "refused: no worker sees it")
        on_device = scored(service, device)
        if device != "cpu":
            say(f"memory of {device}", f"{memory_in_use(service, device) / 2**20:.0f} MiB in use")
        on_cpu = scored(service, "cpu")
        for method, scores in on_device.items():
            agreement = service.get(f"/score-sets/{scores}/compare?with={on_cpu[method]}")
            say(f"{method}: {device} against cpu", f"Spearman {agreement['spearman']:.4f}, overlap {agreement['overlap']:.3f}")
            require(agreement["spearman"] > 0.9, f"{method} is another on {device} than on the CPU")
    say("PROVED", device)


if __name__ == "__main__":
    main()
