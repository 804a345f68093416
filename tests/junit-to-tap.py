# SPDX-License-Identifier: MIT
"""meson's testlog.junit.xml as TAP: a line a test case, so that each GTest case counts as one."""

import sys
import xml.etree.ElementTree as xml

number = 0
for suite in xml.parse(sys.argv[1]).getroot().iter('testsuite'):
    for case in suite.iter('testcase'):
        number += 1
        bad = case.find('failure') is not None or case.find('error') is not None
        skipped = case.find('skipped') is not None
        name = f"{suite.get('name')} {case.get('name')}".replace('#', ' ')
        print(f"{'not ok' if bad else 'ok'} {number} - {name}{' # SKIP' if skipped else ''}")
print(f'1..{number}')
