"""The list of the steps that LocalServer answers otherwise, by reason: {REASON: {CASE: [STEP, ...]}}.

A reason that begins with "sometimes" is one for steps that may pass as well.
"""
import json, os
import conformance as c


def load(path):
    """-> {(case, step): reason}"""
    if not os.path.exists(path): return {}
    with open(path, encoding='utf-8') as f: groups = json.load(f)
    return {(case, step): reason for reason, cases in groups.items() for case, steps in cases.items() for step in steps}


def reason_for(line):
    """What can be said of a failing step without knowing why."""
    _, pointer, want, seen, _ = line
    if pointer.endswith(c.WORDING): return 'wording: the text of a message differs'
    if pointer != 'status': return 'body: fields or headers of the answer differ'
    if want < 400 <= seen or seen == 0: return 'refused: a real server takes it'
    if seen < 400 <= want: return 'accepted: a real server refuses it'
    return 'status: another one of success or failure'


def failures(cases, results):
    """-> {(case, step): (case, line)}, in the order of the cases"""
    return {(case['id'], line[0]): (case, line) for case, lines in zip(cases, results) for line in reversed(lines)}


def write(path, cases, results):
    listed = load(path); groups = {}
    failed = {key: listed.get(key) or reason_for(line) for key, (_, line) in failures(cases, results).items()}
    ran = {case['id'] for case in cases}
    failed.update({key: reason for key, reason in listed.items() if key[0] in ran and reason.startswith('sometimes')})
    for (case, step), reason in failed.items(): groups.setdefault(reason, {}).setdefault(case, []).append(step)
    text = ',\n'.join('  %s: {\n%s\n  }' % (json.dumps(reason), ',\n'.join('    %s: %s' % (json.dumps(case), json.dumps(sorted(steps))) for case, steps in sorted(found.items())))
                      for reason, found in sorted(groups.items()))
    with open(path, 'w', encoding='utf-8') as f: f.write('{\n' + text + '\n}\n')
    print(f'{len(failed)} steps are left out')
    return False


def check(path, cases, results, shown):
    listed = load(path); failed = failures(cases, results)
    ran = {(case['id'], step) for case in cases for step in range(len(case['steps']))}
    new = [key for key in failed if key not in listed]
    passed = [key for key, reason in listed.items() if key in ran and key not in failed and not reason.startswith('sometimes')]
    unknown = [key for key in listed if key[0] in {case for case, _ in ran} and key not in ran]
    for key in new: print('fails, and is not listed:', shown(*failed[key]))
    for case, step in passed: print(f'passes now, take it off the list: {case}\t{step}')
    for case, step in unknown: print(f'is listed, but there is no such step: {case}\t{step}')
    print(f'{len(ran) - len(failed)} steps as expected, {len(failed)} otherwise; {len(new)} of these are not listed, {len(passed)} that are listed pass')
    return bool(new or passed or unknown)
