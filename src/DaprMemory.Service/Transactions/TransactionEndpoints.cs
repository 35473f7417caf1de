using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Transactions;

/// <summary>The route of transactions.</summary>
internal static class TransactionEndpoints
{
    /// <summary>Maps it below a space.</summary>
    public static void MapTransactions(this IEndpointRouteBuilder space) =>
        space.MapOperation<PostTransaction>(HttpMethods.Post, "transactions");
}
