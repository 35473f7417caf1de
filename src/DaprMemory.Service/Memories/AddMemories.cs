using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Writes;

namespace DaprMemory.Service.Memories;

/// <summary><c>POST memories/batch</c>: adds or sets several memories, all or none.</summary>
internal sealed class AddMemories(SpaceWriter writer, TimeProvider time) : ISpaceOperation
{
    /// <summary>The most memories of a batch.</summary>
    public const int MaxMemories = 256;

    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        var (bytes, refused) = await RequestBody.ReadAsync(context.Request, RequestBody.MaxTransactionBytes);
        if (refused is not null)
            return refused;
        if (JsonText.Check(bytes.Span) is { } wrong)
            return Problem.InvalidJson(wrong);
        var batch = new MemoryBatch(new MemoryReader(context.GetCaller().Agent, time.GetUtcNow()), time.GetUtcNow());
        if (batch.TryRead(bytes.Span) is { } invalid)
            return invalid;

        var (committed, problem) = await writer.WriteAsync(context, call, bytes, batch.Mutations, isTransaction: true);
        if (committed is null)
            return problem is { Index: { } index } ? problem with { Index = batch.ItemOf(index) } : problem;
        if (committed.Place is { } place)
            context.Response.Headers.ETag = place.ToHeader();
        await JsonAnswer.WriteAsync(
            context.Response,
            StatusCodes.Status200OK,
            new BatchAnswer(committed.Version, committed.Place?.ToString(), batch.ToAnswers(committed.Results)),
            ServiceJsonContext.Default.BatchAnswer);
        return null;
    }
}
