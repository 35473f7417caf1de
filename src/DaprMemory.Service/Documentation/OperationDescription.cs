using DaprMemory.Service.Requests;
using Microsoft.OpenApi;

namespace DaprMemory.Service.Documentation;

/// <summary>What the OpenAPI document says of one operation, beyond what all of them have.</summary>
/// <param name="Id">Its operation id.</param>
/// <param name="Summary">What it does, in one sentence.</param>
internal sealed record OperationDescription(string Id, string Summary)
{
    /// <summary>Parameters that only some operations have.</summary>
    public IReadOnlyList<OpenApiParameter> Parameters { get; init; } = [];

    /// <summary>The body it takes.</summary>
    public OpenApiRequestBody? Body { get; init; }

    /// <summary>What it answers when it succeeds.</summary>
    public required IReadOnlyList<AnswerDescription> Answers { get; init; }

    /// <summary>The statuses it refuses with; those that every operation can refuse with come on top.</summary>
    public IReadOnlyList<int> Refusals { get; init; } = [];

    /// <summary>Whether it is about the tenant, not about one space; then it is served at level strong, and neither level nor token say more.</summary>
    public bool IsOfTenant { get; init; }

    /// <summary>Whether it is about several spaces of the tenant, which its body names.</summary>
    public bool IsOfSpaces { get; init; }

    /// <summary>Whether it changes the space, and so takes an idempotency key.</summary>
    public bool IsWrite { get; init; }
}

/// <summary>A successful answer.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Body">The type of its JSON body, if it has one; <see cref="object"/> for any JSON.</param>
/// <param name="Headers">The headers that it carries beyond those of every answer.</param>
internal sealed record AnswerDescription(int Status, string Meaning, Type? Body = null, params string[] Headers)
{
    /// <summary>The body's media type.</summary>
    public string ContentType { get; init; } = JsonAnswer.ContentType;
}
