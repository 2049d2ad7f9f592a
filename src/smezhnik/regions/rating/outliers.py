"""Values far from all others, brought nearer so that they do not stretch the scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smezhnik.regions.rating.scheme import Outliers
from smezhnik.regions.rating.tree import Floats, Ints

#: A spread below this share of the values is that of rounding.
EQUAL = 1e-12
NONE, WINSORISED, LOGGED, POWERED = "none", "winsorised", "log", "box_cox"


@dataclass(frozen=True, eq=False)
class Treatment:
    """What was done to each indicator, so that other values can be treated alike.

    Attributes
    ----------
    kinds : [m] ``none``, ``winsorised``, ``log`` or ``box_cox``
    low, high : [m] values outside are brought to them
    shift : [m] what is added before the logarithm or power
    sign : [m] −1 where the long tail is on the low side: the values are turned about first
    points : [m, 2] how many values were brought up from below and down from above
    power : λ of Box and Cox
    """

    kinds: tuple[str, ...]
    low: Floats
    high: Floats
    shift: Floats
    sign: Floats
    points: Ints
    power: float

    def apply(self, values: Floats) -> Floats:
        """[n, m] treated; absent values stay absent."""
        treated = np.clip(values, self.low, self.high)
        for column, kind in enumerate(self.kinds):
            if kind in (LOGGED, POWERED):
                inner = self.sign[column] * treated[:, column] + self.shift[column]
                bent = np.log(inner) if kind == LOGGED else (inner ** self.power - 1) / self.power
                treated[:, column] = self.sign[column] * bent
        return treated

    def invert(self, column: int, value: float) -> float:
        """The value of an indicator whose treated value is ``value``."""
        if self.kinds[column] not in (LOGGED, POWERED):
            return value
        sign, turned = float(self.sign[column]), float(self.sign[column]) * value
        inner = np.exp(turned) if self.kinds[column] == LOGGED else (turned * self.power + 1) ** (1 / self.power)
        return sign * float(inner - self.shift[column])


def calc_moment(values: Floats, order: int) -> float:
    """Central moment of a sample: m_k = mean (x − mean x)^k; 0 for an empty one."""
    return float(((values - values.mean()) ** order).mean()) if len(values) else 0.0


def calc_skewness(values: Floats) -> float:
    """Skewness of a sample: G₁ = g₁ √(n(n − 1)) / (n − 2), g₁ = m₃ / m₂^1.5; 0 where it is not defined.

    References
    ----------
    Joanes, Gill, Comparing measures of sample skewness and kurtosis, 1998, type 2.
    """
    count, second, third = len(values), calc_moment(values, 2), calc_moment(values, 3)
    if count < 3 or second <= 0:
        return 0.0
    return float(third / second**1.5 * np.sqrt(count * (count - 1)) / (count - 2))


def calc_kurtosis(values: Floats) -> float:
    """Excess kurtosis of a sample: G₂ = ((n + 1) g₂ + 6)(n − 1) / ((n − 2)(n − 3)); 0 where it is not defined.

    References
    ----------
    Joanes, Gill, Comparing measures of sample skewness and kurtosis, 1998, type 2.
    """
    count, second = len(values), calc_moment(values, 2)
    if count < 4 or second <= 0:
        return 0.0
    plain = calc_moment(values, 4) / second**2 - 3
    return ((count + 1) * plain + 6) * (count - 1) / ((count - 2) * (count - 3))


def is_far(values: Floats, asked: Outliers) -> bool:
    """Whether a long tail is to be treated: |skewness| and kurtosis both above their thresholds."""
    if not len(values) or np.ptp(values) <= EQUAL * np.abs(values).max():
        return False  # no spread but that of rounding
    return abs(calc_skewness(values)) > asked.skew and calc_kurtosis(values) > asked.kurtosis


def treat(values: Floats, asked: Outliers) -> Treatment:
    """Find the treatment of every indicator.

    Winsorising takes the farthest value on the side of the longer tail to the next one, until the tail is short or
    ``points`` steps are done; ``winsorise_or_log`` then takes the logarithm of the untouched values instead,
    ln(x − min + 0.01 (max − min)).

    Parameters
    ----------
    values : [n, m], absent as NaN

    References
    ----------
    OECD, JRC, Handbook on Constructing Composite Indicators, 2008, step 3; W. Becker and others, COINr, 2022.
    """
    count = values.shape[1]
    low, high = np.full(count, -np.inf), np.full(count, np.inf)
    shift, sign, points = np.zeros(count), np.ones(count), np.zeros((count, 2), np.int64)
    kinds = [NONE] * count
    for column in range(count):
        seen = values[:, column][~np.isnan(values[:, column])]
        if asked.method == "none" or not is_far(seen, asked):
            continue
        if asked.method in ("winsorise", "winsorise_or_log"):
            kinds[column] = WINSORISED
            bounds = _winsorise(seen, asked)
            if asked.method == "winsorise" or not is_far(np.clip(seen, *bounds), asked):
                low[column], high[column] = bounds
                points[column] = (seen < bounds[0]).sum(), (seen > bounds[1]).sum()
                continue
        kinds[column] = POWERED if asked.method == "box_cox" else LOGGED
        sign[column] = 1.0 if calc_skewness(seen) > 0 else -1.0
        turned = sign[column] * seen
        shift[column] = -turned.min() + 0.01 * (turned.max() - turned.min())
        low[column], high[column] = (seen.min(), np.inf) if sign[column] > 0 else (-np.inf, seen.max())
    return Treatment(tuple(kinds), low, high, shift, sign, points, asked.power)


def _winsorise(seen: Floats, asked: Outliers) -> tuple[float, float]:
    """Bounds after at most ``points`` steps."""
    steps, values = np.unique(seen), seen
    bottom, top = 0, len(steps) - 1
    for _ in range(asked.points):
        if top <= bottom or not is_far(values, asked):
            break
        if calc_skewness(values) > 0:
            top -= 1
        else:
            bottom += 1
        values = np.clip(seen, steps[bottom], steps[top])
    return (float(steps[bottom]) if bottom else -np.inf), (float(steps[top]) if top < len(steps) - 1 else np.inf)
