using DaprMemory.Service.Documentation;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Transactions;

/// <summary>The route of transactions.</summary>
internal static class TransactionEndpoints
{
    /// <summary>Maps it below a space.</summary>
    public static void MapTransactions(this IEndpointRouteBuilder space) =>
        space.MapWrite<PostTransaction>(HttpMethods.Post, "transactions").Describe(new("postTransaction", "Makes several changes, all or none.")
        {
            IsWrite = true,
            Body = Bodies.Transaction,
            Answers = [new(StatusCodes.Status200OK, "All changes were made; they share one ETag.", typeof(TransactionAnswer), "ETag")],
            Refusals =
            [
                StatusCodes.Status400BadRequest,
                StatusCodes.Status412PreconditionFailed,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType,
            ],
        });
}
