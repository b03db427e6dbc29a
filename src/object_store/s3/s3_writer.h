// Writes one object as an upload of several parts that is not completed: durable, and seen by no reader.
//
// Parts travel while the caller makes the next ones; at most two are under way, so at most three are in memory. The
// object will carry a random token of its own, by which recovery knows it. One thread at a time.
#pragma once

#include <memory>
#include <string>

#include "object_store/s3/s3_client.h"
#include "object_store/store.h"

namespace tenon::object_store {

// The metadata of an object that holds the token of its upload.
inline constexpr std::string_view kTokenHeader = "x-amz-meta-tenon";

// Begins an upload: its names, its id and its token. Errors as S3Client::StatusOf.
Result<StagedObject> BeginS3Upload(S3Client& client, std::string temporary, std::string final);

// What becomes of the upload when its writer is destroyed without Finish.
enum class Unfinished { kGiveUp, kKeep };

// Writes the parts of an upload that was begun, from the first one on.
Result<std::unique_ptr<StagedWriter>> WriteS3Upload(std::shared_ptr<S3Client> client,
                                                    StagedObject begun, Unfinished unfinished);

// Gives an upload up. False: it is gone.
Result<bool> AbortS3Upload(S3Client& client, const std::string& path, const std::string& upload);

}  // namespace tenon::object_store
