"""The chart of the wire benchmark: two panels of horizontal bars, drawn by gnuplot into an SVG file."""

import math
import shutil
import subprocess

ROW = "sequential-tls"
NAMES = {
    "kplane": "kplane",
    "libcurl": "libcurl, nothing parsed",
    "Go": "Go, encoding/json",
    "httpx": "Python, httpx",
    "kubernetes": "Python, kubernetes",
    "nlohmann": "libcurl + nlohmann/json",
}
OWN_COLOUR, OTHER_COLOUR = 0x1F6FEB, 0x8C959F

# Two panels side by side; the longest bar ends well before the edge, so that its figure fits behind it.
SCRIPT = """
set terminal svg size 960,320 font 'Helvetica,12' background '#ffffff'
set output '{path}'
set multiplot title '{title}' font ',14' offset 0,-0.3
set style fill solid noborder
set border 1 linecolor '#57606a'
set xtics nomirror out scale 0.4 offset 0,0.3 textcolor '#24292f'
set ytics scale 0 textcolor '#24292f'
set grid xtics linecolor '#d0d7de' linetype 1
set yrange [{count} - 0.4:-0.6]
unset key
set tmargin 3.4
set bmargin 3.4
$figures << EOD
{lines}
EOD
set lmargin at screen 0.24
set rmargin at screen 0.6
set xrange [0:{rate_limit}]
set xtics {rate_step}
set xlabel 'snapshots/s (more is better)' textcolor '#24292f'
plot $figures using 2:0:(0):2:($0-0.34):($0+0.34):5:ytic(1) with boxxyerror linecolor rgb variable, \\
  '' using 2:0:(sprintf(' %.0f', $2)) with labels left textcolor '#24292f'
set lmargin at screen 0.64
set rmargin at screen 0.98
set xrange [0:{cpu_limit}]
set xtics {cpu_step}
set ytics format ''
set xlabel 'CPU ms per snapshot (less is better)' textcolor '#24292f'
plot $figures using 3:0:(0):3:($0-0.34):($0+0.34):5 with boxxyerror linecolor rgb variable, \\
  '' using 3:0:(sprintf(' %.2f', $3)) with labels left textcolor '#24292f'
unset multiplot
"""


def chosen_entries(measured):
    """Name → entry, the quickest first; of libcurl the better one."""
    row = next((row for row in measured if row["name"] == ROW), None)
    if row is None:
        return []
    labels = {row["baseline"]: "libcurl", **{label: label for label in NAMES if label != "libcurl"}}
    found = [(NAMES[labels[entry["label"]]], entry) for entry in row["entries"] if entry["label"] in labels]
    return sorted(found, key=lambda pair: pair[1]["seconds"])


def data_line(name, entry):
    colour = OWN_COLOUR if name == NAMES["kplane"] else OTHER_COLOUR
    return f'"{name}" {entry["per_second"]:.3f} {entry["cpu_seconds"] * 1000:.4f} 0 {colour}'


def tic_step(most):
    """1, 2 or 5 times a power of ten; three to six of them up to `most`."""
    power = 10 ** math.floor(math.log10(most / 3))
    return max(step for step in (power, 2 * power, 5 * power) if 3 * step <= most)


def draw(path, measured, facts):
    """Says so when it cannot."""
    found = chosen_entries(measured)
    gnuplot = shutil.which("gnuplot")
    if not found or gnuplot is None:
        print("no chart: " + (f"{ROW} was not measured" if gnuplot else "gnuplot is not installed"))
        return
    most_rate = max(entry["per_second"] for _, entry in found)
    most_cpu = 1000 * max(entry["cpu_seconds"] for _, entry in found)
    script = SCRIPT.format(
        path=path,
        title=f"Reading a plane of 240 kB, one after the other, TLS, nginx, {facts['cores']} cores",
        count=len(found),
        lines="\n".join(data_line(name, entry) for name, entry in found),
        rate_limit=1.2 * most_rate,
        rate_step=tic_step(most_rate),
        cpu_limit=1.2 * most_cpu,
        cpu_step=tic_step(most_cpu),
    )
    subprocess.run([gnuplot], input=script, text=True, check=True)
    print(f"wrote {path}")
