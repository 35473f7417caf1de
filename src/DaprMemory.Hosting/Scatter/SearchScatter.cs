using System.Buffers;
using System.Globalization;
using System.Text.Json;
using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Hosting.Scatter;

/// <summary>
/// <c>POST /v1/{tenant}/search</c>: asks several spaces of a tenant the same and merges what they find. Each space is asked by a request of its
/// own, with the client's headers, that goes the way on which one for that space alone would go: through the router to the shard that owns
/// it, or, at a shard, to its own endpoint. Spaces that give no answer in time are named in the answer, and so is why.
/// </summary>
public sealed class SearchScatter
{
    /// <summary>The most bytes of a body: a search, and the names of its spaces.</summary>
    const int MaxBodyBytes = 80 * 1024;

    /// <summary>How many spaces are asked at once for one request.</summary>
    const int Parallelism = 8;

    static readonly string[] Levels = ["eventual", "session", "causal", "strong"];
    static readonly string[] Sources = ["cache", "hot", "store"];
    static readonly string[] OfBody = ["Content-Length", "Transfer-Encoding", "Expect", MemoryHeaders.IdempotencyKey];

    readonly RequestDelegate _ask;
    readonly ITokenCounter _tokens;
    readonly TimeProvider _time;

    /// <summary>Creates one.</summary>
    /// <param name="services">The service's.</param>
    /// <param name="ask">Answers <c>POST /v1/{tenant}/{space}/memories/search</c>, its names given as route values <c>tenant</c>, <c>space</c> and <c>rest</c>.</param>
    public SearchScatter(IServiceProvider services, RequestDelegate ask)
    {
        _ask = new ProblemMiddleware(ask, services.GetServices<IExceptionProblemMapper>(), services.GetRequiredService<ILogger<ProblemMiddleware>>()).InvokeAsync;
        _tokens = services.GetService<ITokenCounter>() ?? new ByteTokenCounter();
        _time = services.GetRequiredService<TimeProvider>();
    }

    /// <summary>Serves one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var tenant = (string)context.Request.RouteValues["tenant"]!;
        if (Names.CheckTenant(tenant) is { } rule)
        {
            await ProblemWriter.WriteAsync(context, Problem.Invalid(ProblemTypes.InvalidTenant, rule));
            return;
        }
        var (body, tooLarge) = await ReadAsync(context.Request);
        if ((tooLarge ?? ScatterRequest.TryRead(body, out var request) ?? await AnswerAsync(context, tenant, request)) is { } problem)
            await ProblemWriter.WriteAsync(context, problem);
    }

    async Task<Problem?> AnswerAsync(HttpContext context, string tenant, ScatterRequest request)
    {
        var hits = new MergedHits(request.Limit);
        var replies = await AskAllAsync(context, tenant, request, hits);
        context.RequestAborted.ThrowIfCancellationRequested();
        if (Array.TrueForAll(replies, reply => reply.IsRefusal))
        {
            await PassAsync(context, replies[0]);
            return null;
        }
        var answers = Array.FindAll(replies, reply => reply.IsAnswer);
        if (answers.Length == 0)
            return Problem.Unavailable($"none of the {replies.Length} spaces gave an answer; {replies[0].Space}: {replies[0].Reason}");
        WriteHeaders(context.Response.Headers, tenant, answers);
        var json = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(json))
            Write(writer, request, hits, replies, _tokens);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.WrittenCount;
        await context.Response.Body.WriteAsync(json.WrittenMemory, context.RequestAborted);
        return null;
    }

    async Task<SpaceReply[]> AskAllAsync(HttpContext context, string tenant, ScatterRequest request, MergedHits hits)
    {
        using var deadline = new CancellationTokenSource(request.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        // A request is no thing for several threads: what is asked is made of it beforehand.
        var asked = request.Spaces.Select(space => Request(context, tenant, space, request.Body, either.Token)).ToArray();
        var replies = new SpaceReply[asked.Length];
        // What has not begun when the time is over does not begin.
        await Parallel.ForAsync(0, replies.Length, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (i, _) =>
            replies[i] = either.IsCancellationRequested
                ? SpaceReply.Late(request.Spaces[i])
                : await AskAsync(asked[i], request.Spaces[i], i, hits));
        return replies;
    }

    async Task<SpaceReply> AskAsync(HttpContext asking, string space, int place, MergedHits hits)
    {
        using var answer = new MemoryStream();
        asking.Response.Body = answer;
        var cancellationToken = asking.RequestAborted;
        try
        {
            await _ask(asking);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return SpaceReply.Late(space);
        }
        var reply = new SpaceReply(space, asking.Response.StatusCode, asking.Response.Headers, answer.GetBuffer().AsMemory(0, (int)answer.Length));
        if (!reply.IsAnswer)
            return cancellationToken.IsCancellationRequested ? SpaceReply.Late(space) : reply;
        try
        {
            using var json = JsonDocument.Parse(reply.Body);
            hits.Add(place, space, json.RootElement);
            // The rest of it is small; the hits may be megabytes, and most of them are not the best.
            return reply with { Body = WithoutHits(space, json.RootElement) };
        }
        catch (JsonException)
        {
            // Cut off by the deadline, or not by one of ours.
            return cancellationToken.IsCancellationRequested ? SpaceReply.Late(space) : reply with { Status = StatusCodes.Status502BadGateway, Body = default };
        }
    }

    static DefaultHttpContext Request(HttpContext context, string tenant, string space, byte[] body, CancellationToken cancellationToken)
    {
        var asking = new DefaultHttpContext { RequestServices = context.RequestServices, RequestAborted = cancellationToken, TraceIdentifier = context.TraceIdentifier };
        asking.Features.Set(context.GetCaller());
        asking.SetEndpoint(context.GetEndpoint());
        var request = asking.Request;
        (request.Method, request.Protocol, request.Scheme, request.Host) = (HttpMethods.Post, context.Request.Protocol, context.Request.Scheme, context.Request.Host);
        request.Path = $"/v1/{tenant}/{space}/memories/search";
        asking.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = request.Path;
        request.RouteValues["tenant"] = tenant;
        request.RouteValues["space"] = space;
        request.RouteValues["rest"] = "memories/search";
        foreach (var header in context.Request.Headers)
        {
            if (!OfBody.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
                request.Headers[header.Key] = header.Value;
        }
        request.ContentLength = body.Length;
        request.Body = new MemoryStream(body, writable: false);
        return asking;
    }

    static void Write(Utf8JsonWriter writer, ScatterRequest request, MergedHits hits, SpaceReply[] replies, ITokenCounter tokens)
    {
        writer.WriteStartObject();
        hits.Write(writer, tokens, request.MaxTokens);
        writer.WriteStartArray("spaces");
        foreach (var reply in replies.Where(reply => reply.IsAnswer))
            writer.WriteRawValue(reply.Body.Span, skipInputValidation: true);
        writer.WriteEndArray();
        if (replies.Any(reply => !reply.IsAnswer))
        {
            writer.WriteStartArray("incomplete");
            foreach (var reply in replies.Where(reply => !reply.IsAnswer))
                reply.WriteReason(writer);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    /// <summary>What a space's answer says beside the hits.</summary>
    static ReadOnlyMemory<byte> WithoutHits(string space, JsonElement answer)
    {
        var json = new ArrayBufferWriter<byte>(128);
        using var writer = new Utf8JsonWriter(json);
        writer.WriteStartObject();
        writer.WriteString("space", space);
        foreach (var member in answer.EnumerateObject().Where(member => member.Name != "items"))
            member.WriteTo(writer);
        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenMemory;
    }

    /// <summary>Promises no more than the weakest of the answers, and tells the farthest source and the greatest age.</summary>
    static void WriteHeaders(IHeaderDictionary headers, string tenant, SpaceReply[] answers)
    {
        if (answers.Min(answer => Array.IndexOf(Levels, Text(answer, MemoryHeaders.Consistency))) is >= 0 and var level)
            headers[MemoryHeaders.Consistency] = Levels[level];
        if (answers.Max(answer => Array.IndexOf(Sources, Text(answer, MemoryHeaders.Source))) is >= 0 and var source)
            headers[MemoryHeaders.Source] = Sources[source];
        if (answers.Max(answer => long.TryParse(Text(answer, MemoryHeaders.Staleness), CultureInfo.InvariantCulture, out var age) ? age : -1) is >= 0 and var oldest)
            headers[MemoryHeaders.Staleness] = oldest.ToString(CultureInfo.InvariantCulture);
        headers[MemoryHeaders.Token] = MergedToken.Of(tenant, [.. answers.Select(answer => (answer.Space, Text(answer, MemoryHeaders.Token)))]);
    }

    static string Text(SpaceReply reply, string header) => reply.Headers[header].ToString();

    /// <summary>What every space refuses alike is refused, in the words of the first.</summary>
    static async Task PassAsync(HttpContext context, SpaceReply refusal)
    {
        var response = context.Response;
        response.StatusCode = refusal.Status;
        foreach (var name in new[] { "Content-Type", "WWW-Authenticate", "Retry-After" })
            response.Headers[name] = refusal.Headers[name];
        response.ContentLength = refusal.Body.Length;
        await response.Body.WriteAsync(refusal.Body, context.RequestAborted);
    }

    static async ValueTask<(ReadOnlyMemory<byte> Body, Problem? Problem)> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        var buffer = new byte[4096];
        while (await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted) is > 0 and var read)
        {
            // Read to its end all the same: only then does the client get to read the refusal. The server limits how much that can be.
            if (body.Length <= MaxBodyBytes)
                body.Write(buffer, 0, read);
        }
        return body.Length > MaxBodyBytes ? (default, Problem.ValueTooLarge(MaxBodyBytes)) : (body.GetBuffer().AsMemory(0, (int)body.Length), null);
    }
}
