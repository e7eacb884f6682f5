interface JobList {
  readonly jobs?: readonly { readonly job_id: number }[];
}

const nextId = 1_000_000;

/** As if somebody had made each job of a list a second time, by hand and under the same name. */
export function doubleJobs(body: Buffer): Buffer {
  const { jobs = [], ...rest } = JSON.parse(body.toString()) as JobList;
  const doubled = jobs.flatMap((job) => [job, { ...job, job_id: job.job_id + nextId }]);
  return Buffer.from(JSON.stringify({ ...rest, ...(doubled.length > 0 ? { jobs: doubled } : {}) }));
}
