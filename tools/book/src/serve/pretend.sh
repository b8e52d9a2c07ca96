#!/bin/sh
# The workbook, for the tests of the server: does as it does, at once. What it was asked
# for is noted in `asked`, and what it leaves running in `left`.
echo "$*" >> asked
case "$1 $3" in
  "chapter asked")
    echo '{"event":"scene","name":"asked"}'
    echo '{"event":"line","terminal":"client","text":"<b>bold</b>␀"}'
    echo '{"event":"verdict","is":"as written"}'
    ;;
  "chapter endless")
    sleep 600 &
    echo "$$ $!" > left
    echo '{"event":"scene","name":"endless"}'
    wait
    ;;
  "chapter stubborn")
    trap '' TERM INT
    sleep 600 &
    echo "$$ $!" > left
    echo '{"event":"scene","name":"stubborn"}'
    while :; do wait; done
    ;;
  "chapter loud")
    while :; do echo '{"event":"line","terminal":"client","text":"and on and on"}'; done
    ;;
  "chapter failing")
    echo 'error: it is broken'
    exit 1
    ;;
  check*)
    printf '{"event":"checked","id":"1.1","check_results":[{"name":"%s","state":"passed"}],"looks_like":[{"title":"a `b`","explanation":"c"}]}\n' \
      "$(sed -n 1p chapters/01-numbers/exercises/double.rs)"
    ;;
  hint*)
    mkdir -p .workbook
    echo 1 > .workbook/progress.json
    ;;
  exercises*)
    seen=$(cat .workbook/progress.json 2>/dev/null || echo 0)
    echo "{\"exercises\":[{\"id\":\"1.1\",\"file\":\"chapters/01-numbers/exercises/double.rs\",\"state\":\"not started\",\"passed\":0,\"checks\":null,\"hints\":2,\"hints_seen\":$seen}]}"
    ;;
esac
