using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Writes;

namespace DaprMemory.Service.Transactions;

/// <summary><c>POST transactions</c>: several changes, all or none.</summary>
internal sealed class PostTransaction(SpaceWriter writer) : ISpaceOperation
{
    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        var (body, refused) = await RequestBody.ReadAsync(context.Request, RequestBody.MaxTransactionBytes);
        if (refused is not null)
            return refused;
        if (JsonText.Check(body.Span, TransactionReader.MaxDepth) is { } wrong)
            return Problem.InvalidJson(wrong);
        if (TransactionReader.TryRead(body, out var mutations) is { } invalid)
            return invalid;

        var (committed, problem) = await writer.WriteAsync(context, call, body, mutations, isTransaction: true);
        if (committed is null)
            return problem;
        var place = committed.Place;
        if (place is { } etag)
            context.Response.Headers.ETag = etag.ToHeader();
        var answer = new TransactionAnswer(
            committed.Version,
            place?.ToString(),
            [.. committed.Results.Select(result => new ChangeAnswer(result.Key.Key, result.ETag?.ToString()))]);
        await JsonAnswer.WriteAsync(context.Response, StatusCodes.Status200OK, answer, ServiceJsonContext.Default.TransactionAnswer);
        return null;
    }
}
