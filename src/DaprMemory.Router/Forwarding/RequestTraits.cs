using DaprMemory.Hosting.Requests;

namespace DaprMemory.Router.Forwarding;

/// <summary>What the router must know of a request, besides its space.</summary>
/// <param name="IsWrite">It may change something.</param>
/// <param name="IsEventual">It is a read that takes what any shard has in memory.</param>
internal readonly record struct RequestTraits(bool IsWrite, bool IsEventual)
{
    // What these read is said in a body: it may be too long for a URL.
    static readonly string[] ReadsByPost = ["state/read", "memories/search"];

    const string Eventual = "eventual";

    public static RequestTraits Of(HttpRequest request)
    {
        var isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            || (HttpMethods.IsPost(request.Method) && request.RouteValues["rest"] is string rest && ReadsByPost.Contains(rest));
        var level = request.Headers[MemoryHeaders.Consistency];
        return new(!isRead, isRead && level.Count == 1 && Eventual.Equals(level[0], StringComparison.OrdinalIgnoreCase));
    }
}
