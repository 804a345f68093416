#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fills documents from the programs' own tables, so that they can't disagree.

fill.py scd FILE VERSION ESLFS ESLFS_SIM   prints a man page's source with its @WORDS@ replaced
fill.py readme FILE ESLFS                  prints README.md with its table of the tree
"""

import re
import subprocess
import sys


def lines_of(*command):
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.splitlines()


def tree(eslfs):
    """[([path, ...], mode, help)]: neighbours that differ in their name only are one entry."""
    entries = []
    for line in lines_of(eslfs, '--list-tree'):
        path, mode, help_text = line.split('\t')
        if entries and not path.endswith('/') and entries[-1][1:] == (mode, help_text):
            entries[-1][0].append(path)
        else:
            entries.append(([path], mode, help_text))
    return entries


def short_names(paths):
    """The first path in full, of those beside it the names."""
    folder = paths[0].rpartition('/')[0] + '/'
    return [paths[0]] + [path.removeprefix(folder) for path in paths[1:]]


# ---- scdoc ----

def escape_scd(text):
    return re.sub(r'([\\*_`<>#|\[\]])', r'\\\1', text)


def scd_list(items):
    return '\n'.join(f'*{escape_scd(left)}*\n\t{escape_scd(right)}\n' for left, right in items)


def scd_words(eslfs):
    return scd_list(line.split('\t') for line in lines_of(eslfs, '--list-options'))


def scd_switches(program):
    lines = lines_of(program, '--help')
    start = lines.index('Application Options:') + 1
    switches = []
    for line in lines[start:]:
        if not line.strip():
            break
        switches.append(re.split(r'\s{2,}', line.strip(), maxsplit=1))
    return scd_list(switches)


def scd_tree(eslfs):
    return scd_list((', '.join(short_names(paths)), f'{mode}: {help_text}')
                    for paths, mode, help_text in tree(eslfs))


def scd_queries(eslfs):
    return scd_list(line.split('\t') for line in lines_of(eslfs, '--list-queries'))


def fill_scd(path, version, eslfs, eslfs_sim):
    words = {
        'VERSION': lambda: version,
        'WORDS': lambda: scd_words(eslfs),
        'SWITCHES': lambda: scd_switches(eslfs),
        'SIM_SWITCHES': lambda: scd_switches(eslfs_sim),
        'TREE': lambda: scd_tree(eslfs),
        'QUERIES': lambda: scd_queries(eslfs),
    }
    with open(path, encoding='utf-8') as file:
        print(re.sub('@([A-Z_]+)@', lambda match: words[match.group(1)](), file.read()), end='')


# ---- Markdown ----

def markdown_tree(eslfs):
    rows = ['| path | mode | what it is |', '|---|---|---|']
    for paths, mode, help_text in tree(eslfs):
        names = ', '.join(f'`{name}`' for name in short_names(paths))
        text = re.sub(r'((?:[\w./]+)?<[^<>]*>(?:/[\w./]+)?)', r'`\1`', help_text).replace('|', '\\|')
        rows.append(f'| {names} | {mode} | {text} |')
    return '\n'.join(rows)


def fill_readme(path, eslfs):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    table = markdown_tree(eslfs)
    print(re.sub(r'(<!-- tree: begin[^\n]*-->\n).*?(<!-- tree: end -->)',
                 lambda match: f'{match.group(1)}\n{table}\n\n{match.group(2)}', text,
                 flags=re.S), end='')


KINDS = {'scd': fill_scd, 'readme': fill_readme}
KINDS[sys.argv[1]](*sys.argv[2:])
