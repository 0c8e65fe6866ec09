"""Machines by their makers' data sheets: what to compare one's own with, until one has measured that."""

from __future__ import annotations

from dataclasses import dataclass

from .model import Machine


@dataclass(frozen=True)
class Preset:
    """A machine whose peak depends on how many bytes a value has.

    Attributes:
        title: its name for people.
        peaks: in GMAC/s, by bytes of a value; a data sheet's FLOPS or OPS halved, those without sparsity.
        bandwidth: in GB/s.
        source: where the figures come from.
    """

    title: str
    peaks: dict[int, float]
    bandwidth: float
    source: str

    def machine(self, bytes_per_element: int = 4) -> Machine:
        """The machine for values of so many bytes; where nothing is known of them, it computes as in single precision.

        >>> MACHINES["h100"].machine(2).peak
        494700.0
        """
        return Machine(self.peaks.get(bytes_per_element, self.peaks[4]), self.bandwidth)


MACHINES = {
    "laptop": Preset(
        "laptop of 2017",
        {4: 4 * 16 * 1.6},
        2 * 8 * 2.4,
        "Intel Core i5-8250U: 4 cores at a base of 1.6 GHz, two 8-wide fused multiply-adds a cycle (AVX2); two "
        "channels of DDR4-2400, 8 bytes wide",
    ),
    "t4": Preset(
        "NVIDIA T4",
        {4: 8_100 / 2, 2: 65_000 / 2, 1: 130_000 / 2},
        320,
        "NVIDIA T4 data sheet: 8.1 TFLOPS single precision, 65 TFLOPS mixed precision, 130 TOPS INT8, 320 GB/s",
    ),
    "h100": Preset(
        "NVIDIA H100",
        {4: 66_900 / 2, 2: 989_400 / 2, 1: 1_978_900 / 2},
        3_350,
        "NVIDIA H100 Tensor Core GPU architecture, SXM5: 66.9 TFLOPS FP32, and without sparsity 989.4 TFLOPS FP16 and "
        "1,978.9 TOPS INT8; data sheet: 3.35 TB/s",
    ),
}
