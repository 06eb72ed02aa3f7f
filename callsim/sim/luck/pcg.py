"""NumPy's SeedSequence and PCG64 as compiled rules: the same numbers, for thousands of short streams at once.

NumPy takes some 30 µs to begin a stream, with the interpreter lock held; here it is 0.2 µs without it.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.jit import aside, rule, words_wrap

# A name's pool: four words of 32 bits that hold all words of the name, and the salt of the next one.

POOL = 4
_SALT = POOL  # where it stands
_INIT_A, _MULT_A, _INIT_B, _MULT_B = (np.uint64(n) for n in (0x43B0D7E5, 0x931E8875, 0x8B51F9DD, 0x58F38DED))
_LEFT, _RIGHT = np.uint64(0xCA01F9DD), np.uint64(0x4973F715)
_ZERO, _ONE, _11, _16, _32, _58, _63, _64 = (np.uint64(n) for n in (0, 1, 11, 16, 32, 58, 63, 64))
_LOW = np.uint64(0xFFFFFFFF)
_TIMES_HIGH, _TIMES_LOW = np.uint64(0x2360ED051FC65DA4), np.uint64(0x4385DF649FCCF645)
_UNIT = 2.0**-53


def pool_of(seed: int, *names: int) -> np.ndarray:
    """The pool of SeedSequence(seed, spawn_key=names), which further words may join: uint64 [POOL + 1]."""
    words = _words(seed)
    words += [0] * (POOL - len(words)) + [word for name in names for word in _words(name)]
    pool = np.zeros(POOL + 1, np.uint64)
    with words_wrap():
        _fill(np.array(words, np.uint64), pool)
    return pool


def _words(number: int) -> list[int]:
    """Its words of 32 bits, lowest first."""
    size = max(1, -(-number.bit_length() // 32))
    return [number >> 32 * k & 0xFFFFFFFF for k in range(size)]


@rule
def _hashed(word, salt, times):  # type: ignore[no-untyped-def]
    """A word and the next salt."""
    salted, salt = word ^ salt, salt * times & _LOW
    salted = salted * salt & _LOW
    return salted ^ (salted >> _16), salt


@rule
def _mixed(into, word):  # type: ignore[no-untyped-def]
    mixed = (_LEFT * into - _RIGHT * word) & _LOW
    return mixed ^ (mixed >> _16)


@rule
def _fill(words, pool):  # type: ignore[no-untyped-def]
    """Begin a pool with the words of a name, uint64 [POOL or more]."""
    pool[_SALT] = _INIT_A
    for k in range(POOL):
        pool[k], pool[_SALT] = _hashed(words[k], pool[_SALT], _MULT_A)
    for k in range(POOL):
        for other in range(POOL):
            if k != other:
                hashed, pool[_SALT] = _hashed(pool[k], pool[_SALT], _MULT_A)
                pool[other] = _mixed(pool[other], hashed)
    for k in range(POOL, len(words)):
        join(pool, words[k])


@aside
def join(pool, word):  # type: ignore[no-untyped-def]
    """One more word of a name, below 2^32."""
    for k in range(POOL):
        hashed, pool[_SALT] = _hashed(word, pool[_SALT], _MULT_A)
        pool[k] = _mixed(pool[k], hashed)


@rule
def extend(root, number, pool):  # type: ignore[no-untyped-def]
    """Write into `pool` a root's name, longer by a number of 64 bits."""
    for k in range(POOL + 1):
        pool[k] = root[k]
    join(pool, number & _LOW)
    if number >> _32:
        join(pool, number >> _32)


@rule
def states(root, numbers, pool, words):  # type: ignore[no-untyped-def]
    """What SeedSequence.generate_state makes of a root's name with each number: uint64 [number, word].

    `pool`: for scratch.
    """
    for row in range(len(numbers)):
        extend(root, numbers[row], pool)
        salt = _INIT_B
        for k in range(words.shape[1]):
            words[row, k], salt = _taken(pool, 2 * k % POOL, salt)


# Streams: PCG64, that is XSL-RR 128/64 (O'Neill 2014, PCG, HMC-CS-2014-0905). A number of 128 bits is its
# high and its low word.


@aside
def uniforms(pool, drawn):  # type: ignore[no-untyped-def]
    """The first numbers of the stream that a pool names, as Generator.random. `drawn`: float64 [number]."""
    high, salt = _taken(pool, 0, _INIT_B)
    low, salt = _taken(pool, 2, salt)
    step_high, salt = _taken(pool, 0, salt)
    step_low, salt = _taken(pool, 2, salt)
    step_high, step_low = step_high << _ONE | step_low >> _63, step_low << _ONE | _ONE
    high, low = _sum(high, low, step_high, step_low)
    high, low = _moved(high, low, step_high, step_low)
    for k in range(len(drawn)):
        high, low = _moved(high, low, step_high, step_low)
        bits, turn = high ^ low, high >> _58
        bits = bits >> turn | bits << ((_64 - turn) & _63)
        drawn[k] = np.int64(bits >> _11) * _UNIT


@rule
def _taken(pool, k, salt):  # type: ignore[no-untyped-def]
    """64 bits of a pool, and the next salt."""
    low, salt = _hashed(pool[k], salt, _MULT_B)
    high, salt = _hashed(pool[k + 1], salt, _MULT_B)
    return high << _32 | low, salt


@rule
def _sum(high, low, more_high, more_low):  # type: ignore[no-untyped-def]
    total = low + more_low
    return high + more_high + (_ONE if total < low else _ZERO), total


@rule
def _moved(high, low, step_high, step_low):  # type: ignore[no-untyped-def]
    """The state's next: times a constant, plus the step."""
    # The low words' product has 128 bits: in halves, so that no product is longer than 64.
    a, b, c, d = low >> _32, low & _LOW, _TIMES_LOW >> _32, _TIMES_LOW & _LOW
    middle = a * d + (b * d >> _32)
    carry = (middle >> _32) + ((b * c + (middle & _LOW)) >> _32)
    high = high * _TIMES_LOW + low * _TIMES_HIGH + a * c + carry
    return _sum(high, low * _TIMES_LOW, step_high, step_low)
