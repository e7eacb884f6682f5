/** An answer of the service that says no, with the code that its clients decide on. */
export class StorageError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

const errors: Record<string, [number, string]> = {
  AuthenticationFailed: [403, 'The signature does not match. Sign the request with the key of the account.'],
  InvalidUri: [400, 'The address is not one of a file. Use a path without empty, "." or ".." segments.'],
  ContainerNotFound: [404, 'The specified container does not exist.'],
  FilesystemNotFound: [404, 'The specified filesystem does not exist.'],
  ContainerAlreadyExists: [409, 'The specified container already exists.'],
  BlobNotFound: [404, 'The specified blob does not exist.'],
  PathNotFound: [404, 'The specified path does not exist.'],
  SourcePathNotFound: [404, 'The source path for a rename operation does not exist.'],
  RenameDestinationParentPathNotFound: [404, 'The parent directory of the destination path does not exist.'],
  PathAlreadyExists: [409, 'The specified path already exists.'],
  BlobAlreadyExists: [409, 'The specified blob already exists.'],
  PathConflict: [409, 'The specified path, or an element of it, exists and its kind is not valid for this call.'],
  DirectoryNotEmpty: [409, 'The directory is not empty. Delete it with recursive=true.'],
  BlobArchived: [409, 'This operation is not permitted on an archived blob.'],
  ConditionNotMet: [412, 'The condition specified using HTTP conditional headers is not met.'],
  SourceConditionNotMet: [412, 'The condition on the source is not met.'],
  NotModified: [304, 'The content was not modified.'],
  InvalidFlushPosition: [400, 'The uploaded data is not contiguous or the position is not its length.'],
  InvalidQueryParameterValue: [400, 'A query parameter has a value that is not valid.'],
  InvalidHeaderValue: [400, 'A header has a value that is not valid.'],
  InvalidRange: [416, 'The range specified is invalid for the current size of the resource.'],
  InvalidBlockList: [400, 'The block list names a block that was not put.'],
  LeaseIdMissing: [412, 'There is currently a lease on the blob and no lease ID was specified in the request.'],
  LeaseIdMismatchWithBlobOperation: [412, 'The lease ID specified did not match the lease ID for the blob.'],
  LeaseIdMismatchWithLeaseOperation: [409, 'The lease ID specified did not match the lease ID for the blob.'],
  LeaseNotPresentWithBlobOperation: [412, 'There is currently no lease on the blob.'],
  LeaseNotPresentWithLeaseOperation: [409, 'There is currently no lease on the blob.'],
  LeaseAlreadyPresent: [409, 'There is already a lease present.'],
  Md5Mismatch: [400, 'The MD5 value of the request does not match the one that was computed.'],
};

export function createError(code: keyof typeof errors & string, about?: string): StorageError {
  const [status, message] = errors[code] ?? [500, 'The service does not know this error.'];
  return new StorageError(status, code, about === undefined ? message : `'${about}': ${message}`);
}
