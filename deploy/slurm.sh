#!/usr/bin/env bash
# One task of a Slurm array runs one shard of an experiment. From the folder that the results go to:
#
#   sbatch --array=1-64 deploy/slurm.sh my-spec.yaml      # any other option of `quorate run` may follow
#   quorate merge my-spec.yaml                            # once all tasks are done
#
# Submitted again, it runs what is missing. The array's index is the shard, never the run: sites allow few indices.
#SBATCH --job-name=quorate
#SBATCH --cpus-per-task=2
#SBATCH --requeue
set -euo pipefail
shard="$((SLURM_ARRAY_TASK_ID - SLURM_ARRAY_TASK_MIN + 1))/$SLURM_ARRAY_TASK_COUNT"
code=0
${QUORATE:-quorate} run "$@" --shard "$shard" --workers "${SLURM_CPUS_PER_TASK:-1}" --quiet || code=$?
# A violated check (1) and an algorithm that failed (3) are results of the experiment and no trouble of the task.
[ "$code" = 1 ] || [ "$code" = 3 ] || exit "$code"
